import pickle
with open('weights.pkl', 'rb') as f:
    best = pickle.load(f)
print('loaded', sorted(best))
