"""Recorded answers of a course's reference: what a student's copy holds in place of our solution.

The draws of `grader check` are the same for everybody, so what the reference is asked is known
beforehand. A recording keeps each question's digest and the answer's arrays, and no code.
"""

from grader.recording.file import read_recording, write_recording
from grader.recording.model import Loan, Recording
from grader.recording.replay import RecordedLender, RecordedSession

__all__ = [
    "Loan",
    "RecordedLender",
    "RecordedSession",
    "Recording",
    "read_recording",
    "write_recording",
]
