"""A job is a folder: what was asked, how far it is, how it ended, whatever happens to the two sides."""

import json
import os
import threading

import pytest

from geodata import jobs
from geodata.errors import BadFile


def asked(settings, kind="preview", **arguments):
    return jobs.new_job(settings, kind, arguments, "АБ", lambda path: path.write_bytes(b"a;b\n"))


def silent(job, seconds):
    """As if nobody had touched the job for so long."""
    for name in ("state.json", "alive"):
        if (job.folder / name).exists():
            then = (job.folder / name).stat().st_mtime - seconds
            os.utime(job.folder / name, (then, then))


def test_what_was_asked_reads_back_with_who_and_when(settings):
    job = asked(settings, name="отчёт.csv")
    again = jobs.read_job(settings, job.id)
    assert again == job
    assert (again.who, again.arguments, again.upload.read_bytes()) == ("АБ", {"name": "отчёт.csv"}, b"a;b\n")
    assert again.asked_at.endswith("Z")
    assert jobs.read_state(again).status == "queued"


@pytest.mark.parametrize("id", ["", "..", "../../etc/passwd", "20261122T011702", "20261122T011702000000-zzzzzz", "x" * 500])
def test_an_id_that_is_none_is_one_sentence_and_leaves_the_folder(settings, id):
    with pytest.raises(BadFile, match="no job"):
        jobs.read_job(settings, id)


def test_an_upload_that_fails_leaves_no_job(settings):
    def broken(path):
        path.write_bytes(b"half")
        raise BadFile("It did not arrive whole.")

    with pytest.raises(BadFile):
        jobs.new_job(settings, "preview", {}, "", broken)
    assert jobs.jobs(settings) == []
    assert list((settings.data / "jobs").iterdir()) == []


def test_a_worker_tells_steps_and_the_result(settings):
    job = asked(settings)
    with jobs.working(settings, job) as worker:
        worker("read", 3, 10)
        state = jobs.read_state(job)
        assert (state.status, state.step, state.done, state.of) == ("running", "read", 3, 10)
        worker.result = {"rows": 10}
    assert jobs.read_state(job).status == "done"
    assert jobs.read_state(job).result == {"rows": 10}


def test_a_problem_is_its_sentence_and_a_surprise_is_no_traceback(settings):
    first, second = asked(settings), asked(settings)
    with pytest.raises(BadFile), jobs.working(settings, first):
        raise BadFile("The file is empty: rows were wanted.")
    with pytest.raises(ZeroDivisionError), jobs.working(settings, second):
        1 / 0  # noqa: B018
    assert jobs.read_state(first).message == "The file is empty: rows were wanted."
    assert jobs.read_state(second).status == "failed"
    assert "division" not in jobs.read_state(second).message


def test_a_job_that_is_asked_to_stop_stops_at_its_next_step(settings):
    job = asked(settings, "import")
    after = []
    with jobs.working(settings, job) as worker:
        worker("read", 1, 10)
        jobs.cancel(job)
        worker("read", 2, 10)
        after.append("went on")
    assert after == []
    assert jobs.read_state(job).status == "cancelled"


def test_a_job_that_nobody_began_is_cancelled_at_once(settings):
    job = asked(settings)
    jobs.cancel(job)
    assert jobs.read_state(job).status == "cancelled"


def test_a_worker_that_was_killed_is_said_to_have_been_interrupted(settings):
    job = asked(settings)
    (job.folder / "alive").touch()
    jobs.Worker(settings, job).tell(jobs.State(status="running", step="save"))
    assert jobs.read_state(job).status == "running"
    silent(job, jobs.DEAD_AFTER_S + 1)
    state = jobs.read_state(job)
    assert (state.status, state.message) == ("failed", jobs.INTERRUPTED)
    (job.folder / "alive").touch()  # the computer slept, and wakes up
    assert jobs.read_state(job).status == "running"


def test_a_job_whose_process_never_began_does_not_wait_for_ever(settings):
    job = asked(settings)
    silent(job, jobs.BEGUN_WITHIN_S + 1)
    assert jobs.read_state(job).status == "failed"


def test_jobs_that_change_the_store_go_one_after_the_other_and_a_preview_waits_for_none(settings):
    first, second, look = asked(settings, "import"), asked(settings, "decisions"), asked(settings, "preview")
    order = []
    begun = threading.Event()

    def later():
        begun.set()
        with jobs.working(settings, second):
            order.append("second")

    with jobs.working(settings, first):
        thread = threading.Thread(target=later)
        thread.start()
        begun.wait()
        with jobs.working(settings, look):
            order.append("look")
        order.append("first")
    thread.join()
    assert order == ["look", "first", "second"]


def test_a_reader_never_meets_half_a_state(settings):
    job = asked(settings)
    worker = jobs.Worker(settings, job)
    done = threading.Event()

    def write():
        for n in range(300):
            worker.tell(jobs.State(status="running", step="x" * (n % 50) * 40, done=n))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.add(jobs.read_state(job).status)
    thread.join()
    assert seen <= {"queued", "running"}


def test_a_folder_that_cannot_be_read_is_no_job_and_takes_no_other_down(settings):
    good, bad = asked(settings), asked(settings)
    (bad.folder / "job.json").write_text("{", encoding="utf-8")
    (good.folder / "state.json").write_text(json.dumps({"status": "done", "unknown": 1}), encoding="utf-8")
    assert [job.id for job in jobs.jobs(settings)] == [good.id]
    assert jobs.read_state(good).status == "done"


def test_a_job_that_has_ended_can_be_forgotten_and_a_running_one_cannot(settings):
    ended, running = asked(settings), asked(settings)
    with jobs.working(settings, ended):
        pass
    with jobs.working(settings, running):
        jobs.forget(running)
        jobs.forget(ended)
        assert [job.id for job in jobs.jobs(settings)] == [running.id]


def test_old_jobs_that_have_ended_make_room_and_others_stay(settings):
    made = [asked(settings) for _ in range(5)]
    for job in made[1:]:
        with jobs.working(settings, job):
            pass
    jobs.tidy(settings, keep=2)
    assert [job.id for job in jobs.jobs(settings)] == [made[0].id, made[3].id, made[4].id]


def test_what_is_complete_is_not_called_stopped(settings):
    """A step says its last word after it was saved: a stop that comes then comes too late."""
    job = jobs.new_job(settings, "import", {}, "AB")
    with jobs.working(settings, job) as worker:
        (job.folder / "cancel").touch()
        worker("save", 10, 10)
        worker.result = {"rows_in": 10}
    assert jobs.read_state(job).status == "done" and jobs.read_state(job).result == {"rows_in": 10}


def test_many_small_jobs_push_out_no_preview(settings):
    preview = jobs.new_job(settings, "preview", {}, "AB")
    for job in [preview, *(jobs.new_job(settings, "decisions", {}, "AB") for _ in range(6))]:
        with jobs.working(settings, job):
            pass
    jobs.tidy(settings, keep=3)
    assert [job.kind for job in jobs.jobs(settings)] == ["preview", "decisions", "decisions", "decisions"]
