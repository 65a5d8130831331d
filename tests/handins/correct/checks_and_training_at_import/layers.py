x = np.random.randn(5, 4)
w = np.random.randn(4, 3)
b = np.zeros(3)
out, cache = affine_forward(x, w, b)
print('affine_forward gives', out)
dx, dw, db = affine_backward(np.ones_like(out), cache)
print(dx.shape, dw.shape, db.shape)
data = np.load('/content/drive/My Drive/cifar10.npz')
X_train = data['X_train']
