get_ipython().run_line_magic("matplotlib", "inline")
import matplotlib.pyplot as plt
plt.show()
