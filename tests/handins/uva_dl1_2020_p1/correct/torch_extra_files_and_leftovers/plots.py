import matplotlib.pyplot as plt
import numpy as np

losses = np.load("losses.npy")
plt.plot(losses)
plt.show()
