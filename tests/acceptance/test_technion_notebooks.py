"""Technion's notebook: what a mistake in it costs, and what is unusual and costs nothing.

Each case is the reference's notebook with one change. What asks the code has its cases elsewhere.
"""

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.assignments import expected_files
from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.handin import read_handin
from grader.records import CriterionScore, Outcome, Scorecard
from grader.scoring import score
from tests.acceptance.handins import COURSES
from tests.acceptance.notebook_edits import (
    SVG,
    Edit,
    all_cells,
    blank_png,
    both,
    cells_with,
    code_with,
    deleted,
    drawn,
    dumped,
    in_cells,
    logged,
    moved,
    not_run,
    of_format_3,
    printed,
    says,
    split,
    written,
)

TECHNION = next(course for course in COURSES if course.assignment == "technion_046211_hw2")
NAME = "ece046211_hw2_000000001_000000002.ipynb"


class Case(NamedTuple):
    """A changed notebook.

    Attributes:
        edit: what is changed.
        lost: points by criterion; nothing else loses any.
        says: words that one of them tells the student.
    """

    edit: Edit
    lost: dict[str, float]
    says: str = ""


NAN = "torch.isnan"
PRODUCTS = "range(10000)"
NORMALIZED = '"normalized: mean'
TANH = '"tanh: mean'
XAVIER = "def xavier_init"
KAIMING = "def kaiming_init"
LOGISTIC = "logstic_model ="
TEST = "final loss"
INITS = "accuracies = [original]"
IMAGES = "torchvision.datasets.Imagenette"
FIVE = "plt.imshow"
SIZE = "p.numel()"
FIT = "def fit("
NOISE = "0.05, 0.01, 0.005"
AUGMENTED = "kornia.augmentation"

ONE_INIT = (
    "m = MLP(nn.init.xavier_normal_)\ntrain(m, fit_set, test_set)\naccuracy(m, test_set)",
    "0.8738",
)

WRONG = {
    "the layer is not printed": Case(
        both(written(NAN, 'print("first layer with nan:", i + 1)', "pass"), says(NAN)),
        {"t1_nan_layer": 1},
        "an integer from 27 to 30",
    ),
    "the layer is that of a shorter network": Case(
        says(NAN, "first layer with nan: 10"), {"t1_nan_layer": 1}, "an integer from 27 to 30"
    ),
    "nan is not looked for": Case(
        deleted(NAN), {"t1_nan_layer": 1}, "no code cell below the heading 'Task 1'"
    ),
    "the deviation of one product alone": Case(
        written(PRODUCTS, "range(10000)", "range(1)"), {"t1_products": 2}
    ),
    "the mean of the products is not printed": Case(
        says(PRODUCTS, "std 22.6308, sqrt(512) = 22.6274"),
        {"t1_products": 0.67},
        "the mean (a number from -0.1 to 0.1",
    ),
    "the variance for the deviation": Case(
        says(PRODUCTS, "mean -0.0031, std 512.15, sqrt(512) = 22.6274"),
        {"t1_products": 0.67},
        "the standard deviation",
    ),
    "normalized by 512 for its root": Case(
        says(NORMALIZED, "normalized: mean -0.0000, std 0.0000"), {"t1_normalized": 0.5}
    ),
    "normalized weights are not tried": Case(deleted(NORMALIZED), {"t1_normalized": 1}),
    "tanh before the product": Case(
        says(TANH, "tanh: mean 5.1020, std 15.9801"), {"t1_tanh": 1}, "the standard deviation"
    ),
    "Xavier without tanh": Case(
        says(XAVIER, "Xavier and tanh: mean 0.0100, std 0.9546"), {"t1_xavier": 0.5}
    ),
    "Xavier is defined and not used": Case(
        both(deleted(XAVIER), deleted('"Xavier and ReLU')), {"t1_xavier": 1}
    ),
    "Kaiming without the factor two": Case(
        says(KAIMING, "Kaiming and ReLU: mean 1.2e-16, std 2.1e-16"),
        {"t1_kaiming": 1},
        "the mean (a number from 0.05 to 4",
    ),
    "Kaiming with tanh": Case(
        says(KAIMING, "Kaiming and tanh: mean -0.0121, std 0.4371"), {"t1_kaiming": 0.5}
    ),
    "Kaiming alone was not run": Case(
        not_run(KAIMING), {"t1_kaiming": 1, "executed": 0.04}, "was not run"
    ),
    "the data were not shown": Case(
        not_run("# loading the data"), {"t2_data": 0.5, "executed": 0.04}, "was not run"
    ),
    "no logistic regression": Case(deleted(LOGISTIC), {"t2_logistic": 1.5}),
    "logistic regression by the training data's labels": Case(
        says(LOGISTIC, "Logistic Regression Model test accuracy = 1.0"),
        {"t2_logistic": 1.5},
        "the test accuracy (a number from 0.74 to 0.83",
    ),
    "logistic regression's training accuracy alone": Case(
        says(LOGISTIC, "train accuracy: 0.7912", "Validation set accuracy: 0.7852"),
        {"t2_logistic": 1.5},
    ),
    "the MLP's test accuracy is not printed": Case(
        says(TEST, "final loss 0.2811"), {"t2_accuracy": 1}, "the test accuracy"
    ),
    "an MLP that learned nothing": Case(
        both(
            says(TEST, "final loss 0.6811, test accuracy 0.6484"),
            says("validation accuracy", "validation accuracy: 0.6484"),
            says(INITS, "accuracy: original 0.6484, accuracy 0.6484, accuracy 0.6484"),
        ),
        {"t2_accuracy": 1},
        "0.6484",
    ),
    "one initialization is missing": Case(
        says(INITS, "original 0.8757, Xavier normal 0.8738"), {"t2_initializations": 1.5}
    ),
    "one initialization is missing, in a cell of its own": Case(
        in_cells(INITS, ONE_INIT), {"t2_initializations": 1.5}
    ),
    "losses of the initializations": Case(
        says(INITS, "loss 0.6951", "loss 0.6820", "loss 0.6712"), {"t2_initializations": 1.5}
    ),
    "progress bars for accuracies": Case(
        both(
            says(INITS, *["100%|██████████| 10/10 [00:20<00:00,  2.01s/it]"] * 3),
            says(NOISE, *["Testing: 100%|██████████| 10/10 [00:20<00:00,  2.01s/it]"] * 3),
        ),
        {"t2_initializations": 1.5, "t3_noise": 1},
    ),
    "the test loss alone is printed": Case(
        both(says(FIT, "test loss 0.8123"), says(AUGMENTED, "test loss: 0.7911")),
        {"t3_accuracy": 0.5, "t3_augmented": 0.5},
    ),
    "the training accuracy alone is printed": Case(
        both(says(FIT, "Train accuracy: 0.9123"), says(AUGMENTED, "train_acc=0.7911")),
        {"t3_accuracy": 0.5, "t3_augmented": 0.5},
    ),
    "one noise alone": Case(
        in_cells(NOISE, ("print(evaluate(cnn, x_test, y_test, 0.05))", "0.5801")), {"t3_noise": 1}
    ),
    "no other initialization": Case(deleted(INITS), {"t2_initializations": 1.5}),
    "no curves of the MLP": Case(
        both(drawn("def plot_losses", "", None), drawn(TEST, "", None)),
        {"t2_curves": 1.5},
        "1 figure: none is stored",
    ),
    "empty figures": Case(
        both(*(drawn(t, "image/png", blank_png()) for t in ("def plot_losses", TEST))),
        {"t2_curves": 1.5},
    ),
    "no images are shown": Case(deleted(FIVE), {"t3_images": 1}),
    "one image": Case(
        both(
            written(
                FIVE,
                "for place, index in enumerate(torch.randperm(len(train_images))[:5].tolist()):",
                "if True:",
            ),
            written(FIVE, "train_images[index]", "train_images[place]"),
        ),
        {"t3_images": 0.5},
        "5 curves or images: its code draws 1",
    ),
    "two images": Case(
        written(
            FIVE,
            "for place, index in enumerate(torch.randperm(len(train_images))[:5].tolist()):",
            "for place in range(2):\n    index = place",
        ),
        {"t3_images": 0.5},
        "5 curves or images: its code draws 2",
    ),
    "megabytes are not printed": Case(
        says(SIZE, "parameters: 99738"), {"t3_size": 0.75}, "the size in MB"
    ),
    "neither parameters nor megabytes": Case(says(SIZE, "done"), {"t3_size": 1.5}),
    "augmentation in the first training": Case(
        written(
            IMAGES,
            "transforms.ToTensor()])",
            "transforms.RandomHorizontalFlip(), transforms.ToTensor()])",
        ),
        {"t3_no_augmentation": 0.5},
        "uses 'RandomHorizontalFlip'",
    ),
    "weights that were trained before": Case(
        written(
            SIZE, "class CNN", "base = torchvision.models.resnet18(pretrained=True)\n\n\nclass CNN"
        ),
        {"t3_scratch": 0.5},
        "uses 'pretrained'",
    ),
    "weights that were trained before, by a string": Case(
        written(
            SIZE,
            "class CNN",
            'base = torchvision.models.resnet18(weights="IMAGENET1K_V1")\n\n\nclass CNN',
        ),
        {"t3_scratch": 0.5},
        "uses 'weights=IMAGENET1K_V1'",
    ),
    "no test accuracy of the CNN is printed": Case(
        both(says(FIT, "epoch 4: loss 1.217"), says(AUGMENTED, "done")),
        {"t3_accuracy": 0.5, "t3_augmented": 0.5},
    ),
    "no noise": Case(deleted(NOISE), {"t3_noise": 1}),
    "two of the three noises": Case(
        says(NOISE, "a = 0.05: accuracy 0.5101", "a = 0.01: accuracy 0.5601"), {"t3_noise": 1}
    ),
    "losses for accuracies under noise": Case(
        says(NOISE, "loss 0.93", "loss 0.91", "loss 0.90"), {"t3_noise": 1}
    ),
    "no training with augmentation": Case(both(deleted(AUGMENTED)), {"t3_augmented": 1}),
    "the last cell ended with an error": Case(
        lambda notebook: code_with(notebook, AUGMENTED).update(
            outputs=[
                {
                    "output_type": "error",
                    "ename": "ModuleNotFoundError",
                    "evalue": "No module named 'kornia'",
                    "traceback": [],
                }
            ]
        ),
        {"executed": 0.04, "t3_augmented": 1},
        "ended with ModuleNotFoundError",
    ),
}


def without_counts(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = None


def in_hebrew(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "# שכבות ואתחול\n" + "".join(cell["source"])


def of_format_4_0(notebook: dict[str, Any]) -> None:
    notebook["nbformat_minor"] = 0
    for cell in notebook["cells"]:
        del cell["id"]


def trimmed(notebook: dict[str, Any]) -> None:
    """Leaves of each output that is text the first lines and the last."""
    for output in code_with(notebook, FIT)["outputs"]:
        if "text" in output:
            output["text"] = [*output["text"][:1], "...\n", *output["text"][-1:]]


def headings_of_any_rank(notebook: dict[str, Any]) -> None:
    """Writes the heading of task 3 as the text has it, below that of task 2."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            cell["source"] = source.replace("# Task 3", '### <img src="a.png"/> Task 3')


def without_headings(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = "".join(cell["source"]).replace("#", "")


CORRECT: dict[str, Edit] = {
    "as it is": lambda notebook: None,
    "two cells out of order": moved(KAIMING, XAVIER),
    "comments in Hebrew": in_hebrew,
    "format 3": of_format_3,
    "format 4.0, without ids": of_format_4_0,
    "counts lost when it was saved again": without_counts,
    "outputs trimmed": trimmed,
    "figures as SVG": both(
        *(drawn(t, "image/svg+xml", SVG) for t in ("def plot_losses", TEST, FIVE, FIT, AUGMENTED))
    ),
    # The text asks to "plot the loss curves as a function of epochs/iterations", and no more.
    "curves without names of the axes": both(
        written("def plot_losses", '    plt.xlabel("epoch")\n', ""),
        written("def plot_losses", '    plt.ylabel("loss")\n', ""),
    ),
    "the training loss alone is drawn": both(
        written("def plot_losses", "    plt.plot(held_out_losses, label=name)\n", ""),
        written("def plot_losses", "    plt.legend()\n", ""),
        written("def plot_losses", 'plot_losses(*curves, "validation")', "pass"),
        drawn("def plot_losses", "", None),
    ),
    "accuracies in per cent": both(
        says(LOGISTIC, "test accuracy: 79.3 %"),
        says(TEST, "test accuracy 87.57%"),
        says(INITS, "87.57% 87.38% 87.25%"),
        says(NOISE, "51.01 %", "56.01 %", "56.11 %"),
    ),
    "megabytes of a million bytes": printed(SIZE, "MB", "megabytes"),
    "layers numbered from 0": both(
        written(NAN, "i + 1", "i"), says(NAN, "first layer with nan: 28")
    ),
    "tensors printed as they are": both(
        says(XAVIER, "tensor(0.0010) tensor(0.0546)"),
        says(KAIMING, "tensor(0.2839, device='cuda:0') tensor(0.4314, device='cuda:0')"),
    ),
    "accuracies by logging": both(
        logged(LOGISTIC, "test accuracy:0.7931"),
        logged(TEST, "test accuracy:0.8757"),
        logged(INITS, "original:0.8757", "xavier:0.8738", "kaiming:0.8725"),
        logged(NOISE, "0.5101", "0.5601", "0.5611"),
    ),
    "no space before a number": both(
        says(NAN, "first layer with nan:29"),
        says(LOGISTIC, "accuracy:0.7931"),
        says(TEST, "Test acc:87.57%"),
        says(SIZE, "params:99738", "size[MB]:0.38"),
    ),
    "two initializations in two cells": in_cells(
        INITS, ONE_INIT, (ONE_INIT[0].replace("xavier", "kaiming"), "0.8725")
    ),
    "two initializations by classes that other cells train": in_cells(
        INITS,
        ("class A(MLP):\n    def start(self):\n        self.apply(init_weights)\n", ""),
        ("m = A()\ntrain(m, fit_set, test_set)", ""),
        ("print('test accuracy:', accuracy(m, test_set))", "test accuracy: 0.8738"),
        ("class B(A):\n    def start(self):\n        nn.init.normal_(self.w)\n", ""),
        ("m = B()\ntrain(m, fit_set, test_set)\nprint(accuracy(m, test_set))", "0.8725"),
    ),
    "the original is printed before the two initializations": says(
        INITS, "xavier: 87.38 %", "kaiming: 87.25 %"
    ),
    "one noise in each cell": in_cells(
        NOISE,
        *((f"evaluate(cnn, x_test, y_test, {a})", "0.5801") for a in ("0.05", "0.01", "5e-3")),
    ),
    "the noises stand in a cell before": in_cells(
        NOISE,
        ("noises = [0.05, 0.01, 0.005]", ""),
        ("found = [evaluate(cnn, x_test, y_test, a) for a in noises]", ""),
        ("found", "[0.5101, 0.5601, 0.5611]"),
    ),
    "pictures shown by display": both(
        written(FIVE, "plt.imshow(image.permute(1, 2, 0))", "display(to_pil_image(image))"),
    ),
    "curves drawn by pandas": both(
        written("def plot_losses", "plt.plot(losses,", "pd.Series(losses).plot.line("),
        written("def plot_losses", "    plt.plot(held_out_losses, label=name)\n", ""),
    ),
    "augmentation without a library": written(
        AUGMENTED,
        "import kornia.augmentation as K\n\n"
        "augment = nn.Sequential(K.RandomHorizontalFlip(p=0.5), K.RandomCrop((64, 64), padding=6))",
        "augment = lambda x: torch.flip(x, [3]) if np.random.rand() < 0.5 else x",
    ),
    "numbers that a cell before names": both(
        in_cells(
            PRODUCTS,
            ("n, draws = 512, 0\ndraws = 10_000", ""),
            ("print(*moments(draws), math.sqrt(n))", "-0.0031 22.6308 22.6274"),
        ),
        in_cells(
            NORMALIZED,
            ("scale = 512 ** 0.5", ""),
            (
                "for i in range(100):\n    x = torch.randn(512, 512) / scale @ x\nprint(x.std())",
                "0.0023 1.0083",
            ),
        ),
    ),
    "numbers with separators": says(SIZE, "Total params: 1,168,042", "Size: 4.46 MB"),
    "a number printed by the next cell": split(PRODUCTS, "mean, std = "),
    "no headings": without_headings,
    "a heading of a lower rank": headings_of_any_rank,
    "a while loop": both(
        written(KAIMING, "for i in range(", "i = 0\nwhile i < int("),
    ),
    "an empty cell at the end": lambda notebook: notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    ),
}


@pytest.fixture
def handin(tmp_path: Path) -> Path:
    """A copy of the reference hand-in."""
    return copied(TECHNION.reference, tmp_path / "handin")


def copied(source: Path, folder: Path) -> Path:
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def changed(handin: Path, edit: Edit) -> Path:
    notebook = json.loads((handin / NAME).read_text(encoding="utf-8"))
    edit(notebook)
    (handin / NAME).write_text(dumped(notebook), encoding="utf-8")
    return handin


def read(path: Path) -> Scorecard:
    """Judges what is read of a hand-in, in this process: none of its code runs."""
    rules = TECHNION.read_rubric()
    found = read_handin(
        path,
        roots=rules.handin.roots,
        expects=expected_files(TECHNION.whole_rubric()),
        accept=rules.handin.accept,
        notebooks=rules.handin.notebooks,
        answers=rules.handin.answers,
    )
    questions = [
        Question(spec, one.subject, 0, None, None, handin=found)
        for one in rules.criteria
        for spec in one.checks
    ]
    return score(rules, [CHECK_KINDS[each.spec.kind].run(each) for each in questions])


def lost(card: Scorecard) -> dict[str, float]:
    return {
        one.criterion.id: float(one.criterion.points - one.upper)
        for one in card.criteria
        if one.criterion.points != one.upper
    }


def told(card: Scorecard) -> str:
    return "\n".join(
        check.message for one in card.criteria for check in one.checks if check.credit < 1
    )


def of_kind(card: Scorecard, *kinds: str) -> list[CriterionScore]:
    return [one for one in card.criteria if one.checks[0].kind in kinds]


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_costs_exactly_its_points(handin: Path, name: str) -> None:
    case = WRONG[name]
    card = read(changed(handin, case.edit))
    assert lost(card) == case.lost
    assert not card.needs_review
    assert case.says in told(card)


@pytest.mark.parametrize("name", CORRECT)
def test_what_is_unusual_costs_nothing(handin: Path, name: str) -> None:
    card = read(changed(handin, CORRECT[name]))
    assert lost(card) == {}
    assert not card.needs_review
    judged = of_kind(card, "notebook", "files", "answer")
    assert {one.outcome for one in judged} == {Outcome.PASSED}


def test_a_second_notebook_beside_it_costs_nothing(handin: Path) -> None:
    notebook = json.loads((handin / NAME).read_text(encoding="utf-8"))
    begins = notebook["cells"].index(cells_with(notebook, "# Task 3")[0])
    first, second = notebook["cells"][:begins], notebook["cells"][begins:]
    other = handin / "ece046211_hw2_task3.ipynb"
    # What the second needs of the first is said again, as one has to in a notebook of its own.
    curves = [code_with(notebook, "def plot_losses")]
    for path, cells in ((handin / NAME, first), (other, [*curves, *second])):
        path.write_text(dumped({**notebook, "cells": cells}), encoding="utf-8")
    assert lost(read(handin)) == {}


def test_of_a_notebook_that_was_not_run_nothing_is_left_that_is_shown(handin: Path) -> None:
    def forget(cell: dict[str, Any]) -> None:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)

    card = read(changed(handin, all_cells(forget)))
    kept = {"t3_no_augmentation", "t3_scratch"}  # which the code shows
    judged = {one.criterion.id: one.upper for one in of_kind(card, "notebook")}
    assert {name for name, upper in judged.items() if upper} == kept


def test_the_notebook_alone_leaves_the_answers_to_a_person(handin: Path) -> None:
    card = read(handin / NAME)
    assert lost(card) == {}
    assert {one.outcome for one in of_kind(card, "answer")} == {Outcome.NOT_RUN_HERE}
    assert {one.outcome for one in of_kind(card, "notebook", "files")} == {Outcome.PASSED}


def test_without_a_notebook_a_person_marks_what_it_would_show(handin: Path) -> None:
    (handin / NAME).unlink()
    card = read(handin)
    assert lost(card) == {}
    assert {one.outcome for one in of_kind(card, "notebook")} == {Outcome.NOT_RUN_HERE}


def test_the_template_gets_no_point_for_what_is_read(tmp_path: Path) -> None:
    card = read(copied(TECHNION.template, tmp_path / "template"))
    assert card.awarded == 0
    assert not card.needs_review
    assert all(one.upper == 0 for one in of_kind(card, "notebook"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("homework.ipynb", "the text asks for ece046211_hw2_id1_id2.ipynb"),
        ("ece046211_hw2_123456789_987654321.ipynb", "which the text gives as an example"),
        ("ece046211_hw2_000000001_000000001.ipynb", "the number 000000001 twice"),
        ("ece046211_hw2_1_2.ipynb", "the text asks for ece046211_hw2_id1_id2.ipynb"),
    ],
)
def test_a_wrong_name_is_told_and_costs_nothing(handin: Path, name: str, said: str) -> None:
    card = read((handin / NAME).rename(handin / name))
    assert lost(card) == {}
    assert said in told(card)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("magic04.data", b"1,2,g\n", "'magic04.data' must not be handed in"),
        ("work.docx", b"PK", "'work.docx' must not be handed in"),
        ("train.py", b"x = 1\n", "may be handed in"),
        ("answers.pdf", b"no pdf", "is no PDF, whatever its name says"),
        ("empty.pdf", b"", "is empty (0 bytes)"),
        ("short.pdf", b"%PDF-1.7\n1 0 obj\n", "has no end, as after an upload"),
    ],
)
def test_a_file_that_does_not_belong_is_told_and_costs_nothing(
    handin: Path, name: str, content: bytes, said: str
) -> None:
    (handin / name).write_bytes(content)
    card = read(handin)
    assert lost(card) == {}
    assert said in told(card)


def test_what_is_below_a_heading_of_a_lower_rank_is_not_taken_for_the_task_above(
    handin: Path,
) -> None:
    silent = says(TEST, "final loss 0.2811"), says("validation accuracy", "done"), deleted(INITS)
    card = read(changed(handin, both(*silent, headings_of_any_rank)))
    assert lost(card) == {"t2_accuracy": 1, "t2_initializations": 1.5}


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("t2_initializations", says(INITS, "change by Xavier: -0.19 %", "change by He: -0.32 %")),
        ("t2_initializations", says(INITS, *(f"epoch {i}: acc 0.8{i}12" for i in range(3)))),
        ("t1_nan_layer", written(NAN, "torch.isnan(x)", "(x != x)")),
        ("t1_normalized", written(NORMALIZED, "math.sqrt(512)", "22.627")),
    ],
)
def test_what_the_numbers_alone_suggest_is_left_to_a_person(
    handin: Path, name: str, edit: Edit
) -> None:
    card = read(changed(handin, edit))
    assert lost(card) == {}
    (check,) = next(one.checks for one in card.criteria if one.criterion.id == name)
    assert check.outcome is Outcome.NOT_RUN_HERE
    assert "a person looks" in check.message


def test_a_part_that_only_its_neighbours_cell_may_have_is_left_to_a_person(handin: Path) -> None:
    card = read(changed(handin, deleted(TANH)))
    assert lost(card) == {}
    (check,) = next(one.checks for one in card.criteria if one.criterion.id == "t1_tanh")
    assert check.outcome is Outcome.NOT_RUN_HERE
    assert "uses tanh or Tanh, and it uses xavier_init as well, so a person looks" in check.message
