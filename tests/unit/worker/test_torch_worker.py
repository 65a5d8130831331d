"""PyTorch in real workers: loaded before they are confined, on one thread, without its compiler."""

from collections.abc import Iterator

import pytest

from grader.records import Limits
from grader.worker.program import Program
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

pytestmark = pytest.mark.torch

SOURCE = b"""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))

def threads():
    return torch.get_num_threads()

def draw():
    return torch.rand(3)

def of_every_type():
    numbers = torch.tensor([1.0, 2.0], requires_grad=True)
    return [numbers, numbers.to(torch.bfloat16), numbers > 1, torch.tensor(3), 2 * numbers.T]

def in_half_precision():
    return (torch.arange(3.0).half() / 2).float()

def train():
    torch.manual_seed(0)
    net = Net()
    x = torch.randn(64, 3)
    data = DataLoader(TensorDataset(x, (x.sum(1) > 0).long()), batch_size=16, shuffle=True)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
    losses = []
    for _ in range(20):
        for images, labels in data:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(images), labels)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    torch.save(net.state_dict(), "net.pt")
    net.load_state_dict(torch.load("net.pt"))
    return [losses[0], losses[-1]]

def upstream():
    x = torch.ones(3, requires_grad=True)
    (2 * x).backward(torch.tensor([1.0, 2.0, 3.0]))
    return x.grad

def on_a_gpu():
    device = torch.device("cuda:0")
    net, x = Net().to(device), torch.randn(2, 3).to("cuda", torch.float32)
    out = net.cuda()(x.cuda()) + torch.zeros(2, device=device) + torch.ones(2, device="cuda")
    return [list(out.shape), out.device.type, torch.cuda.is_available()]

def lazy_on_a_gpu():
    net = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2))
    net.to("cuda").cuda()
    x = torch.ones(5, 1, 6, 6, dtype=torch.float64)
    return list(net.double()(x if not torch.cuda.is_available() else x.cuda()).shape)

def timed_on_a_gpu():
    torch.cuda.set_device(0)
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    with torch.cuda.device(0):
        begin.record()
        x = torch.ones(3).pin_memory().to(0, non_blocking=True)
        x = x + x.new_zeros(3, device="cuda") + torch.normal(0.0, 0.0, (3,), device="cuda")
        end.record()
    torch.cuda.synchronize()
    x = x.type(torch.cuda.FloatTensor)
    return [x.sum().item(), begin.elapsed_time(end) >= 0]

def on_a_mac():
    return torch.ones(2).to(torch.device("mps")).to("mps").sum().item()

def loaded_by_several():
    data = TensorDataset(torch.arange(10.0))
    loader = DataLoader(
        data, 4, num_workers=2, persistent_workers=True, prefetch_factor=2, pin_memory=False
    )
    return [batch.tolist() for batch, in loader]

def repeatable():
    torch.use_deterministic_algorithms(True)
    said = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(False)
    return said

def checkpointed():
    x = torch.ones(5, 3, requires_grad=True)
    torch.utils.checkpoint.checkpoint(Net(), x, use_reentrant=False).sum().backward()
    return list(x.grad.shape)

def cubes(x):
    return (x ** 3).sum()

def differentiated():
    x = torch.tensor([1.0, 2.0])
    pull = torch.func.vjp(cubes, x)[1]
    return [
        torch.func.grad(cubes)(x),
        pull(torch.tensor(1.0))[0],
        torch.vmap(torch.func.grad(cubes))(torch.stack([x, x]))[1],
        torch.func.jacrev(lambda each: each ** 3)(x).diagonal(),
    ]

def differentiated_forward():
    x = torch.tensor([1.0, 2.0])
    return [
        torch.func.jvp(cubes, (x,), (torch.ones(2),))[1],
        torch.func.hessian(cubes)(x).diagonal(),
    ]

def traced():
    return list(torch.jit.trace(Net(), torch.ones(5, 3))(torch.ones(4, 3)).shape)

def compiled():
    net = torch.compile(Net())
    return list(net(torch.ones(5, 3)).shape)
"""


@pytest.fixture(scope="module", params=[True, False], ids=["bubblewrap", "without"])
def session(request: pytest.FixtureRequest) -> Iterator[WorkerSession]:
    pytest.importorskip("torch")
    with WorkerService(wrapped=request.param) as plain:
        service = plain.for_library("torch")
        host = service.host()
        if request.param and service.unwrapped_because:
            pytest.skip(f"no bubblewrap: {service.unwrapped_because}")
        host.load("handin", {"net.py": SOURCE}, {})()
        running = WorkerSession(host, Setup("handin", ("hw",)))
        running.begin_group(Limits(20, 4096))
        yield running
        running.close()
        host.close()


@pytest.fixture
def call(session):
    def run(name):
        program = Program()
        called = program.call(program.resolve(f"net.{name}"))
        exported = program.export(called)
        replies = session.run(program)
        assert replies.fault(called) is None
        return replies.value(exported)

    return run


def test_one_thread(call):
    assert call("threads") == 1


def test_tensors_of_every_type_come_back_as_arrays(call):
    values = call("of_every_type")
    assert [value.tolist() for value in values] == [[1, 2], [1, 2], [False, True], 3, [2, 4]]
    assert [value.dtype.name for value in values] == [
        *("float32", "float32", "bool", "int64", "float32"),
    ]


def test_half_precision_needs_nothing_that_is_closed(call):
    """PyTorch reads what the processor can do at the first such number, and not before."""
    assert call("in_half_precision").tolist() == [0, 0.5, 1]


def test_an_optimizer_trains_and_a_state_is_kept(call):
    first, last = call("train")
    assert last < 0.5 * first


def test_backward_takes_a_gradient(call):
    assert call("upstream").tolist() == [2, 4, 6]


def test_a_compiled_model_computes_what_it_does_without(call):
    assert call("compiled") == [5, 2]


def test_functions_are_differentiated_without_the_compiler(call):
    assert [each.tolist() for each in call("differentiated")] == 4 * [[3, 12]]


def test_forward_derivatives_and_traces_take_what_they_need_of_pytorch(call):
    """They ask for more than the small modules have that stand for the compiler's."""
    along, twice = call("differentiated_forward")
    assert (along, twice.tolist()) == (15, [6, 12])
    assert call("traced") == [4, 2]


def test_computing_repeatably_can_be_asked_for(call):
    assert call("repeatable") is True


def test_what_is_computed_again_in_backward_needs_no_compiler(call):
    assert call("checkpointed") == [5, 3]


def test_the_global_generator_is_set_with_numpys(session):
    drawn = []
    for seed in (1, 1, 2):
        program = Program()
        program.seed(seed)
        exported = program.export(program.call(program.resolve("net.draw")))
        drawn.append(session.run(program).value(exported).tolist())
    assert drawn[0] == drawn[1] != drawn[2]


def test_code_for_a_gpu_runs_where_there_is_none(call):
    shape, device, available = call("on_a_gpu")
    assert shape == [2, 2]
    assert device == ("cuda" if available else "cpu")


def test_code_that_waits_for_a_gpu_and_takes_its_time_runs_where_there_is_none(call):
    assert call("timed_on_a_gpu") == [3.0, True]


def test_code_for_a_mac_runs_on_others(call):
    assert call("on_a_mac") == 2.0


def test_a_network_of_lazy_layers_is_moved_before_it_knows_its_sizes(call):
    assert call("lazy_on_a_gpu") == [5, 2]


def test_a_loader_with_several_processes_reads_in_one(call):
    assert call("loaded_by_several") == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
