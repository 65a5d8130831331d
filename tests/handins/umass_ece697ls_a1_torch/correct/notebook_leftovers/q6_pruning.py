from ece662.pruning_helper import load_model, test_model

model = load_model("ece662/models/torch.model", mode="torch")
for prune_percent in (0.1, 0.2, 0.3):
    test_model(prune_unstructured(model, prune_percent), None, mode="torch")
