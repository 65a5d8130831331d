def softmax_loss(x, y):
    probs = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    target = np.eye(x.shape[1])[y]
    loss = -np.mean(np.sum(target * np.log(probs), axis=1))
    return float(loss), (probs - target) / len(y)
