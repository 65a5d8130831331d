class MaxPooling2dLayer(MaxPooling2dLayer):
    def forward(self, x):
        if hasattr(self, "first"):
            out = super().forward(x)
            self.x = self.first
            return out
        self.first = x
        return super().forward(x)
