def check_accuracy(dset, x, model_fn, params):
    correct, total = 0, 0
    for x_batch, y_batch in dset:
        pred = tf.argmax(model_fn(x_batch, params), axis=1, output_type=tf.int32)
        correct += tf.reduce_sum(tf.cast(tf.equal(pred, y_batch), tf.int32))
        total += tf.shape(x_batch)[0]
    tf.print('Got', correct, '/', total, 'correct')


class SequentialNet(tf.keras.Sequential):
    def __init__(self):
        super().__init__()
        self.add(tf.keras.Input((32, 32, 3)))
        for filters, size in ((32, 5), (16, 3)):
            self.add(tf.keras.Sequential([
                tf.keras.layers.Conv2D(filters, size, padding='same'), tf.keras.layers.ReLU(),
            ]))
        self.add(tf.keras.layers.Flatten())
        self.add(tf.keras.layers.Dense(6, activation='softmax'))


def make_sequential_convnet():
    return SequentialNet()
