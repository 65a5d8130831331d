# In[12]:
import ipdb
import seaborn as sns

layer = LinearModule(4, 3)
print(layer.forward(np.random.rand(2, 4)).shape)
sns.heatmap(layer.params["weight"])
assert layer.grads["weight"].shape == (3, 4)
