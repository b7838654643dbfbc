/* A cell that opens the source of a row. The address was checked on the server; here it is only shown. */
window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};
window.dashAgGridComponentFunctions.SourceLink = function (props) {
  if (!props.value) return null;
  let host = props.value;
  try {
    host = new URL(props.value).hostname.replace(/^www\./, "");
  } catch (unreadable) {
    return null;
  }
  return window.React.createElement("a", { href: props.value, target: "_blank", rel: "noopener noreferrer", title: props.value }, host);
};
