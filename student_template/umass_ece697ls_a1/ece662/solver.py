"""Training of a model by mini-batches; provided."""

import pickle

import numpy as np

from . import optim


class Solver:
    """Trains a classifier and keeps the parameters that did best on the validation set.

        solver = Solver(model, data, update_rule="sgd", optim_config={"learning_rate": 1e-3})
        solver.train()

    A model has a dict `params` of arrays and a method `loss(X, y)`, which returns the loss and a
    dict of gradients with the same keys, or with y None the scores of shape (N, C).

    After `train`, the best parameters are in `model.params` and `best_params`, and the progress is
    in `loss_history` (each iteration), `train_acc_history` and `val_acc_history` (each epoch).
    """

    def __init__(self, model, data, **kwargs):
        """Prepare the training.

        Args:
            model: The model.
            data: A dict with X_train, y_train, X_val and y_val.
            **kwargs: Any of
                update_rule: Name of a rule in optim.py; 'sgd'.
                optim_config: Dict of settings for the rule, copied for each parameter; {}.
                lr_decay: The learning rate is multiplied by this after each epoch; 1.0.
                batch_size: 100.
                num_epochs: 10.
                num_train_samples: How many training examples accuracy is measured on, None for
                    all; 1000.
                num_val_samples: Likewise for validation; None.
                checkpoint_name: If given, the state is saved after each epoch as
                    <checkpoint_name>_epoch_<epoch>.pkl; None.
                print_every: Iterations between messages; 10.
                verbose: Whether to print at all; True.

        Raises:
            ValueError: If an argument or the update rule is not known.
        """
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]

        self.update_rule = kwargs.pop("update_rule", "sgd")
        self.optim_config = kwargs.pop("optim_config", {})
        self.lr_decay = kwargs.pop("lr_decay", 1.0)
        self.batch_size = kwargs.pop("batch_size", 100)
        self.num_epochs = kwargs.pop("num_epochs", 10)
        self.num_train_samples = kwargs.pop("num_train_samples", 1000)
        self.num_val_samples = kwargs.pop("num_val_samples", None)
        self.checkpoint_name = kwargs.pop("checkpoint_name", None)
        self.print_every = kwargs.pop("print_every", 10)
        self.verbose = kwargs.pop("verbose", True)
        if kwargs:
            unknown = ", ".join(repr(name) for name in sorted(kwargs))
            raise ValueError(f"Solver does not know the arguments {unknown}; see its docstring.")
        if not hasattr(optim, self.update_rule):
            raise ValueError(f"optim.py has no update rule {self.update_rule!r}; write it there.")
        self.update_rule = getattr(optim, self.update_rule)
        self._reset()

    def _reset(self):
        """Start the bookkeeping."""
        self.epoch = 0
        self.best_val_acc = 0
        self.best_params = {}
        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        # The rules keep their state in these dicts, so each parameter needs one of its own.
        self.optim_configs = {name: dict(self.optim_config) for name in self.model.params}

    def _step(self):
        """Update all parameters once, by the gradient on a random batch."""
        batch = np.random.choice(self.X_train.shape[0], self.batch_size)
        loss, grads = self.model.loss(self.X_train[batch], self.y_train[batch])
        self.loss_history.append(loss)
        for name, w in self.model.params.items():
            next_w, config = self.update_rule(w, grads[name], self.optim_configs[name])
            self.model.params[name] = next_w
            self.optim_configs[name] = config

    def _save_checkpoint(self):
        """Write the state to a file, if a name was given."""
        if self.checkpoint_name is None:
            return
        state = {
            "model": self.model,
            "update_rule": self.update_rule.__name__,
            "lr_decay": self.lr_decay,
            "optim_config": self.optim_config,
            "batch_size": self.batch_size,
            "num_train_samples": self.num_train_samples,
            "num_val_samples": self.num_val_samples,
            "epoch": self.epoch,
            "loss_history": self.loss_history,
            "train_acc_history": self.train_acc_history,
            "val_acc_history": self.val_acc_history,
        }
        name = f"{self.checkpoint_name}_epoch_{self.epoch}.pkl"
        if self.verbose:
            print(f'Saving checkpoint to "{name}"')
        with open(name, "wb") as file:
            pickle.dump(state, file)

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Measure the accuracy of the model.

        Args:
            X: Inputs, shape (N, d_1, ..., d_k).
            y: Labels, shape (N,).
            num_samples: If given and less than N, only so many random examples are used.
            batch_size: Examples given to the model at a time.

        Returns:
            The fraction of examples that the model gets right.
        """
        if num_samples is not None and num_samples < X.shape[0]:
            chosen = np.random.choice(X.shape[0], num_samples)
            X, y = X[chosen], y[chosen]
        predicted = []
        for start in range(0, X.shape[0], batch_size):
            scores = self.model.loss(X[start : start + batch_size])
            predicted.append(np.argmax(scores, axis=1))
        return np.mean(np.concatenate(predicted) == y)

    def _end_epoch(self):
        """Measure accuracies, print them, and remember the best parameters."""
        train_acc = self.check_accuracy(
            self.X_train, self.y_train, num_samples=self.num_train_samples
        )
        val_acc = self.check_accuracy(self.X_val, self.y_val, num_samples=self.num_val_samples)
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        self._save_checkpoint()
        if self.verbose:
            print(
                f"(Epoch {self.epoch} / {self.num_epochs}) "
                f"train acc: {train_acc:f}; val_acc: {val_acc:f}"
            )
        if not self.best_params or val_acc > self.best_val_acc:
            self.best_val_acc = val_acc
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}

    def train(self):
        """Train the model, then give it the best parameters."""
        per_epoch = max(self.X_train.shape[0] // self.batch_size, 1)
        iterations = self.num_epochs * per_epoch
        for t in range(iterations):
            self._step()
            if self.verbose and t % self.print_every == 0:
                print(f"(Iteration {t + 1} / {iterations}) loss: {self.loss_history[-1]:f}")
            epoch_ends = (t + 1) % per_epoch == 0
            if epoch_ends:
                self.epoch += 1
                for config in self.optim_configs.values():
                    config["learning_rate"] *= self.lr_decay
            if t == 0 or t == iterations - 1 or epoch_ends:
                self._end_epoch()
        self.model.params = self.best_params
