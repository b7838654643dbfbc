/* What the address says, and which questions to the server it stands for. Read before every other script (dashboard/opening.py). */
window.panj = window.panj || {};
(function (panj) {
  "use strict";

  const FILTERS = ["d", "k", "c", "a", "t", "r", "i"];
  const MODES = ["hot", "emerging"];

  /* "/ru" on a Russian page: every request carries its language in its path. */
  panj.root = "/" + location.pathname.split("/")[1];
  panj.code = panj.root.slice(1);

  /* The sector that this browser was told last; "" where none was, or where it may keep nothing. */
  panj.keptSector = () => {
    try {
      return localStorage.getItem("panj-sector") || "";
    } catch (refused) {
      return "";
    }
  };

  /* The sector whose events are counted; "" where that is everything. */
  panj.countedSector = (id) => (["line", "everything"].includes(id) ? "" : id || "");

  const only = (query, parts) => {
    const given = new URLSearchParams(query);
    return new URLSearchParams(parts.filter((key) => given.get(key)).map((key) => [key, given.get(key)])).toString();
  };

  /* What the numbers and the brush of a view hang on, as state.js writes it. */
  const selection = (query) => {
    const given = new URLSearchParams(query);
    const sector = panj.countedSector(given.get("o"));
    sector ? given.set("o", sector) : given.delete("o");
    return only(given.toString(), [...FILTERS, "o"]);
  };

  /* Filters, measure, sector and period: nothing else changes what stands out. */
  const question = (query) => only(query, [...FILTERS, "m", "o", "p"]);
  /* The same before a period is known: the answer says which one it is of. */
  const anyPeriod = (query) => only(query, [...FILTERS, "m", "o"]);

  const asked = new Map();

  /* Ask before the answer is wanted. */
  const early = (address) => {
    /* Read to its end at once: an answer that nobody reads stops on its way. */
    const read = async (answer) => new Response(await answer.arrayBuffer(), { status: answer.status });
    const answer = fetch(`${panj.root}/data/${address}`).then(read);
    answer.catch(() => null);
    asked.set(address, answer);
  };

  /* The answer that is on its way already, once; else a new one. */
  const fetched = (address) => {
    const anew = () => fetch(`${panj.root}/data/${address}`);
    const answer = asked.get(address);
    asked.delete(address);
    return answer ? answer.catch(anew) : anew();
  };

  panj.questions = { MODES, selection, question, anyPeriod, early, fetched };
})(window.panj);
