class Block(nn.Module):
    def __init__(self, cin, cout, halve):
        super().__init__()
        s = 2 if halve else 1
        self.a = nn.Conv2d(cin, cout, 3, s, 1, bias=False)
        self.an = nn.BatchNorm2d(cout)
        self.b = nn.Conv2d(cout, cout, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        if halve:
            self.p = nn.Conv2d(cin, cout, 1, 2, bias=False)
            self.pn = nn.BatchNorm2d(cout)
        self.halve = halve

    def forward(self, x):
        y = self.bn(self.b(torch.relu(self.an(self.a(x)))))
        return torch.relu(y + (self.pn(self.p(x)) if self.halve else x))


class ResNet18(nn.Sequential):
    def __init__(self, num_classes=10):
        layers = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
        for cin, cout in [(64, 64), (64, 128), (128, 256), (256, 512)]:
            layers += [Block(cin, cout, cin != cout), Block(cout, cout, False)]
        layers += [nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(512, num_classes)]
        super().__init__(*layers)

    def _create_layer(self):
        return None
