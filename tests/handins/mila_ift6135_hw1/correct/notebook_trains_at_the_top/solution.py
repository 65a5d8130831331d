"""### Let's try it — Überprüfung, naïve: \\(W^1\\)"""

from google.colab import drive
drive.mount('/content/drive')

import matplotlib.pyplot as plt
import torchvision
import torchvision.transforms as transforms
from IPython.display import Image
from tqdm.notebook import tqdm

get_ipython().run_line_magic('matplotlib', 'inline')
get_ipython().system('pip install torchsummary')
get_ipython().run_line_magic('load_ext', 'autoreload')

# %cd /content/drive/MyDrive/ift6135
# !ls

nn_ = NN()
nn_.initialize_weights()
cache = nn_.forward(np.random.randn(2, 784))
print({k: v.shape for k, v in cache.items()})
print(nn_.loss(cache["A3"], np.eye(10)[[3, 4]]))

transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.5,) * 3)])
train_set = torchvision.datasets.CIFAR10(root='./data', train=True, download=True, transform=transform)
train_loader = torch.utils.data.DataLoader(train_set, batch_size=128, shuffle=True, num_workers=2)
valid_set = torchvision.datasets.CIFAR10(root='./data', train=False, download=True, transform=transform)
valid_loader = torch.utils.data.DataLoader(valid_set, batch_size=128)

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')
model = ResNet18().to(device)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
history = []
for epoch in tqdm(range(25)):
    history.append(train_loop(model, train_loader, nn.CrossEntropyLoss(), optimizer, device))
    history.append(valid_loop(model, valid_loader, nn.CrossEntropyLoss(), device))

plt.plot([h[0] for h in history[::2]], label="train")
plt.legend()
plt.savefig("curves.png")
plt.show()

images, labels = next(iter(valid_loader))
vis_image = images[0]
assert vis_image.shape == (3, 32, 32)
torch.save(model.state_dict(), '/content/drive/MyDrive/resnet18.pt')
