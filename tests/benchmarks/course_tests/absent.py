"""Stands in for libraries that a course's files import, and that judging them does not need."""

import sys
from unittest import mock

for _name in ("matplotlib", "matplotlib.pyplot", "torchvision", "torchvision.transforms"):
    sys.modules.setdefault(_name, mock.MagicMock())
