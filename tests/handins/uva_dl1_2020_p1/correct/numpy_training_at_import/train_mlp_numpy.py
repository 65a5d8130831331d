import matplotlib.pyplot as plt

plt.style.use('ggplot')
results = []
for units in ['50', '100,100']:
    FLAGS = argparse.Namespace(dnn_hidden_units=units, learning_rate=1e-3, max_steps=10,
                               batch_size=200, eval_freq=5, data_dir=DATA_DIR_DEFAULT)
    results.append(train())
plt.plot(results)
plt.show()
