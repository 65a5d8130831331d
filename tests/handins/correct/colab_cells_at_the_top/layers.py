import os
import sys
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import seaborn as sns
from google.colab import drive
drive.mount('/content/drive', force_remount=True)

FOLDERNAME = 'Colab Notebooks/assignment2/'
assert FOLDERNAME is not None, '[!] Enter the foldername.'
sys.path.append('/content/drive/My Drive/{}'.format(FOLDERNAME))
os.chdir('/content/drive/My Drive/' + FOLDERNAME)

plt.rcParams['figure.figsize'] = (10.0, 8.0)
plt.rcParams['image.interpolation'] = 'nearest'
plt.style.use('ggplot')
sns.set()
fig, ax = plt.subplots(1, 2)
ax[0].plot([1, 2, 3])
plt.show()

np.random.seed(231)
np.set_printoptions(precision=3)


def rel_error(x, y):
    """ returns relative error """
    return np.max(np.abs(x - y) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))
