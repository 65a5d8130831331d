python train_convnet_pytorch.py --max_steps 100
