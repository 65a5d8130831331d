x_small = np.random.randn(8, 32, 32, 3).astype(np.float32)
y_small = np.random.randint(0, 6, size=8)
model = make_sequential_convnet()
model.compile(optimizer=make_sequential_optimizer(), loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x_small, y_small, batch_size=4, epochs=1, verbose=1)
print(model.evaluate(x_small, y_small))
params = [tf.Variable(create_matrix_with_kaiming_normal(shape)) for shape in ((3072, 20), (20, 6))]
for step in range(2):
    print('loss', training_step(two_layer_fc, x_small, y_small, params, 1e-4))
check_accuracy([(x_small, y_small)], x_small, two_layer_fc, params)
