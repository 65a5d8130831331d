"""How much of one processor a container allows: its quota, where it is below one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CGROUPS: Final = Path("/sys/fs/cgroup")
LEAST: Final = 0.05  # what is below cannot grade anything


def processor_share(cgroups: Path = CGROUPS) -> float:
    """Returns the share of one processor that this process's group may use; 1 where it may more.

    Args:
        cgroups: where the kernel shows control groups; inside a container, its own.

    Sources: `Documentation/admin-guide/cgroup-v2.rst` (`cpu.max`: microseconds in each period, or
    `max`) and `Documentation/scheduler/sched-bwc.rst` (`cpu.cfs_quota_us`, -1 without a limit).
    """
    try:
        quota, period = (cgroups / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        try:
            quota = (cgroups / "cpu" / "cpu.cfs_quota_us").read_text(encoding="ascii")
            period = (cgroups / "cpu" / "cpu.cfs_period_us").read_text(encoding="ascii")
        except (OSError, ValueError):
            return 1.0
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):  # `max`: no limit
        return 1.0
    return min(1.0, max(LEAST, share)) if share > 0 else 1.0
