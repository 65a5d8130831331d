class Trainer(Trainer):
    def __init__(self, batch_size, learning_rate, early_stop_count, epochs, model, dataloaders, opt="SGD", weight_decay=0.0):
        super().__init__(batch_size, learning_rate, early_stop_count, epochs, model, dataloaders)
        if opt == "Adam":
            self.optimizer = torch.optim.Adam(self.model.parameters(), learning_rate, weight_decay=weight_decay)
