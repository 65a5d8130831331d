import matplotlib.pyplot as plt
import seaborn as sns

sns.set()
plt.plot([0.3, 0.4, 0.48])
plt.savefig('accuracy_numpy.png')
