"""The last answers made of one snapshot: the same question of the same version is worked out once, whoever asks and however often."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

#: Views that are gone back to: the brush, a filter on and off, the same page in three windows.
MOST = 24


class Kept:
    """Answers by name and question. Who asks for one that is being made waits for it instead of making it again."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: dict[str, OrderedDict[Hashable, Any]] = {}
        self._making: dict[tuple[str, Hashable], threading.Lock] = {}
        self._lock = threading.Lock()

    def of(self, name: str, question: Hashable, make: Callable[[], Any]) -> Any:
        """The answer `name` to a question: the kept one, else what `make` returns. What it raises is raised and not kept."""
        with self._lock:
            answers = self._answers.setdefault(name, OrderedDict())
            if question in answers:
                answers.move_to_end(question)
                return answers[question]
            making = self._making.setdefault((name, question), threading.Lock())
        with making:
            with self._lock:
                if question in answers:
                    return answers[question]
            try:
                answer = make()
                with self._lock:
                    answers[question] = answer
                    while len(answers) > self._most:
                        answers.popitem(last=False)
                return answer
            finally:
                with self._lock:
                    self._making.pop((name, question), None)


_kept: "WeakKeyDictionary[object, Kept]" = WeakKeyDictionary()
_kept_lock = threading.Lock()


def kept(snapshot: object) -> Kept:
    """The answers of a snapshot; they go with it when a newer version takes its place."""
    with _kept_lock:
        return _kept.setdefault(snapshot, Kept())
