import torch


class ConvNet(ConvNet):
    @torch.no_grad()
    def forward(self, x):
        return super().forward(x)
