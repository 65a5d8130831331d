trainer = Trainer(64, 5e-2, 4, 10, ExampleModel(3, 10), load_cifar10(64))
trainer.train()
create_plots(trainer, "task2")
