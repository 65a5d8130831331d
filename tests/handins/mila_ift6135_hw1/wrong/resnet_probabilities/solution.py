def forward(self, x):
    x = F.relu(self.bn1(self.conv1(x)))
    x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
    return F.softmax(self.fc(torch.flatten(self.pool(x), 1)), dim=1)


ResNet18.forward = forward
