class ConvNet(ConvNet):
    def forward(self, x):
        out = self.preact1(self.conv0(x))
        out = self.maxpool1(self.conv1(out))
        out = self.preact2_b(self.preact2_a(out))
        out = self.maxpool2(self.conv2(out))
        out = self.preact3_b(self.preact3_a(out))
        out = self.maxpool3(self.conv3(out))
        out = self.preact4_a(out)
        out = self.maxpool4(out)
        out = self.preact5_b(self.preact5_a(out))
        out = self.maxpool5(out)
        out = self.relu(self.bn(out))
        return self.linear(out.flatten(start_dim=1))
