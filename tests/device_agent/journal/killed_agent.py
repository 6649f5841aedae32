"""
A process that keeps a journal until it is killed: ``killed_agent.py STATE_DIR EFFECTS``.

Reads ``do ID`` and ``got ID`` from its input; ids that begin with "o" only observe. Writes
``ready`` and then ``answer ID OUTCOME TEXT``. Whatever acts appends its id to EFFECTS: the ground
truth.
"""

import os
import sys
import threading
from functools import partial
from pathlib import Path

from device_agent.journal.states import Outcome
from device_agent.journal.tasks import Journal
from device_agent.journal.works import Answered, New, NewWork, Pending, Verdict

PEER = "hub"


class Agent:
    def __init__(self, journal: Journal, effects: int) -> None:
        self.journal = journal
        self.effects = effects
        self.saying = threading.Lock()

    def say(self, line: str) -> None:
        with self.saying:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def send(self, work_id: str, answer: str) -> None:
        self.say(f"answer {work_id} {answer}")
        self.journal.mark_sent(PEER, [work_id])

    def do(self, work_id: str) -> None:
        acting = not work_id.startswith("o")
        new = NewWork(PEER, work_id, "command", "t", work_id, "d", "summary", acting)
        self.journal.accept(new, lambda verdict: self.judged(new, verdict))

    def judged(self, new: NewWork, verdict: Verdict) -> None:
        match verdict:
            case New():
                self.run(new)
            case Answered(answer):
                self.send(new.work_id, answer)
            case _:
                pass

    def run(self, new: NewWork) -> None:
        if new.acting:
            os.write(self.effects, f"{new.work_id}\n".encode())
        self.end(new.work_id, "completed")

    def end(self, work_id: str, outcome: Outcome) -> None:
        # Random, so that two copies of one answer are known for what they are.
        answer = f"{outcome} {os.urandom(8).hex()}"
        if work_id.endswith("0"):
            answer += "x" * 70_000
        self.journal.finish(PEER, work_id, outcome, answer, lambda: self.send(work_id, answer))

    def resume(self, pending: list[Pending]) -> None:
        for item in pending:
            self.journal.answer(PEER, item.work_id, partial(self.found, item.work_id))

    def found(self, work_id: str, answer: str | None) -> None:
        self.send(work_id, str(answer))


def main() -> None:
    effects = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with Journal.open(Path(sys.argv[1]), clock=lambda: 0.0) as journal:
        if journal.recovered is not None:
            raise SystemExit("the journal did not survive a kill")
        agent = Agent(journal, effects)
        agent.say("ready")
        journal.undelivered(PEER, agent.resume)
        for work in journal.running_at_start():
            agent.end(work.work_id, "interrupted")
        for line in sys.stdin:
            word, work_id = line.split()
            if word == "do":
                agent.do(work_id)
            else:
                journal.mark_delivered(PEER, [work_id])


if __name__ == "__main__":
    main()
