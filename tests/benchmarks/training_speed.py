"""How fast does our loop train? Each convnet of the texts, beside the loop that the courses write.

    python tests/benchmarks/training_speed.py [--models ntnu,umass] [--rounds 3] [--device cuda]

Two ways to train the same network on the same images with the same optimizer to the same held-out
accuracy are started in turn, round by round, each in a process of its own, on as many threads:

* *ordinary*: a `Dataset` that normalizes one image at a time, a `DataLoader`, `loss.item()` at
  each step. With no or with two processes that load: whichever a trial finds faster;
* *ours*: `grader.worker.inside.drivers.torch_fitting`.

Images are synthetic unless `--data` names a folder with CIFAR-10 as published for Python. On a GPU,
or with `--to-94`, a small residual network is trained to 94 % of CIFAR-10 as well.
This file prints figures; it is no test.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import residual_race
import training_ways
from cold_processes import PROJECT
from training_ways import COURSES, TIMED_STEPS, Run

GOALS = {"cpu": 1.3, "cuda": 5.0}
MEASURED = ("seconds", "cpu_s", "us_per_image", "steps")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of either way")
    parser.add_argument("--models", default=",".join(COURSES), help="of " + ", ".join(COURSES))
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is started")
    parser.add_argument("--images", type=int, help="to train on")
    parser.add_argument("--held-out", type=int, default=400, help="images to measure with")
    parser.add_argument("--threshold", type=float, help="accuracy to reach")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds of one run at most")
    parser.add_argument("--data", type=Path, help="folder of cifar-10-batches-py")
    parser.add_argument("--to-94", action="store_true", help="also without a GPU")
    parser.add_argument("--compile", action="store_true", help="compile the network of --to-94")
    parser.add_argument("--out", type=Path, help="also write the figures here, as JSON")
    parser.add_argument("--run", help=argparse.SUPPRESS)  # one run, as JSON
    options = parser.parse_args()
    if options.run:
        print(json.dumps(training_ways.perform(Run(**json.loads(options.run)))))
        return
    figures = {}
    for model in options.models.split(",") if options.models else ():
        figures[model] = compare(model, options)
        print(line(model, figures[model], options.device), flush=True)
    if options.to_94 or options.device != "cpu":
        if options.data is None:
            print("to_94    not trained: it needs CIFAR-10. Name its folder by --data.")
        else:
            figures["to_94"] = residual_race.race(
                options.data, options.device, options.threads, options.compile
            )
            print(residual_race.line(figures["to_94"]))
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def compare(model: str, options: argparse.Namespace) -> dict[str, Any]:
    """Trains a network both ways, in turn; returns all runs."""
    course = COURSES[model]
    run = Run(
        way="ordinary",
        model=model,
        device=options.device,
        threads=options.threads,
        seed=0,
        images=options.images or course.images,
        held_out=options.held_out,
        threshold=options.threshold or course.threshold,
        limit_s=options.limit,
        data=str(options.data.resolve()) if options.data else "",
    )
    # More images than a trial uses, so that no epoch ends in it and starts the loaders again.
    short = replace(run, threshold=2.0, steps=TIMED_STEPS, held_out=20)
    trials = {count: started(replace(short, workers=count)) for count in (0, 2)}
    workers = min(trials, key=lambda count: trials[count]["us_per_image"])
    runs: dict[str, list[Any]] = {"ordinary": [], "ours": []}
    for seed in range(options.rounds):
        for way, done in runs.items():
            done.append(started(replace(run, way=way, seed=seed, workers=workers)))
    return {"workers": workers, "threshold": run.threshold, "images": run.images, **runs}


def started(run: Run) -> dict[str, Any]:
    """Performs a run in a process of its own."""
    command = [sys.executable, __file__, "--run", json.dumps(run.arguments())]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    if done.returncode:
        raise SystemExit(f"{run.way} of {run.model} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def line(model: str, found: dict[str, Any], device: str) -> str:
    """Lays a network's figures out beside the goal; medians over the rounds."""
    said = [f"{model:<9}{found['threshold']:.0%} with {found['images']} images:"]
    medians: dict[str, dict[str, float]] = {}
    for way in ("ordinary", "ours"):
        runs = found[way]
        middle = {key: statistics.median(run[key] for run in runs) for key in MEASURED}
        reached = sum(run["reached"] for run in runs)
        missed = "" if reached == len(runs) else f" ({reached} of {len(runs)} reached it)"
        said.append(
            f"{way} {middle['seconds']:.1f} s, {middle['steps']:g} steps, "
            f"{middle['us_per_image']:.0f} us/image{missed};"
        )
        medians[way] = middle
    ratios = {key: medians["ordinary"][key] / medians["ours"][key] for key in MEASURED}
    goal = GOALS[device.partition(":")[0]]
    said.append(f"ratio {ratios['seconds']:.2f}, goal >= {goal:g};")
    said.append(f"of one image {ratios['us_per_image']:.2f},")
    said.append(f"of processor time {ratios['cpu_s']:.2f};")
    said.append(f"{found['workers']} loading processes")
    return " ".join(said)


if __name__ == "__main__":
    main()
