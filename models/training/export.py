"""Networks as ONNX files, and what is computed from their outputs."""
import hashlib

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from shapely.geometry import Polygon

OUTPUTS = {
    "Document": ["maps", "corners", "page"],
    "Goods": ["goods", "features"],
    "RecaptureView": ["displays"],
    "Scene": ["kinds"],
}


def write(model, path, steps=None):
    """Writes the network with batch normalisation folded in and its weights stored short: those that
    `steps` names are whole numbers times a step for each output already."""
    model.eval()
    name = type(model).__name__
    example = torch.zeros(1, 3, model.SIDE, model.SIDE)
    torch.onnx.export(
        model,
        (example,),
        path,
        input_names=["picture"],
        output_names=OUTPUTS.get(name, ["screen"]),
        opset_version=17,
        dynamo=False,
    )
    graph = onnx.load(path)
    shorten(graph.graph, steps or {})
    for entry in list(graph.metadata_props):
        graph.metadata_props.remove(entry)
    graph.producer_name, graph.producer_version, graph.doc_string = "bailing", "", ""
    for node in graph.graph.node:
        node.doc_string = ""
    thin(graph.graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)


# Weights from which a tensor is stored as whole numbers: the first and the last layers, and those of
# few channels, are worth their bytes.
MANY = 500


def shorten(graph, steps):
    """Stores large weights as int8 with a scale for each output, the others as float16, and has them
    made float32 again where they are used: a quarter and half of the bytes, and arithmetic stays as
    it is."""
    made, scales = [], []
    for index, tensor in enumerate(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < 16:
            continue
        name = tensor.name
        if name in steps or values.ndim > 1 and values.size >= MANY:
            largest = np.abs(values).max(tuple(range(1, values.ndim)), keepdims=True)
            scale = steps.get(name, largest.clip(1e-3) / 127).astype(np.float16)
            stored = np.round(values / scale.astype(np.float32)).clip(-127, 127).astype(np.int8)
            scales.append(numpy_helper.from_array(scale, name + "_short"))
            made.append(helper.make_node("Cast", [name + "_short"], [name + "_scale"], to=TensorProto.FLOAT))
            made.append(helper.make_node("Cast", [name + "_stored"], [name + "_whole"], to=TensorProto.FLOAT))
            made.append(helper.make_node("Mul", [name + "_whole", name + "_scale"], [name]))
        else:
            stored = values.astype(np.float16)
            made.append(helper.make_node("Cast", [name + "_stored"], [name], to=TensorProto.FLOAT))
        graph.initializer[index].CopyFrom(numpy_helper.from_array(stored, name + "_stored"))
    graph.initializer.extend(scales)
    nodes = made + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)


def thin(graph):
    """Gives everything but inputs and outputs a short name, the exporter's say the whole path, and
    leaves out what goes without saying."""
    usual = {"dilations": [1, 1], "strides": [1, 1], "pads": [0, 0, 0, 0], "group": 1}
    kept = {value.name for value in [*graph.input, *graph.output]}
    names = {}

    def short(name):
        return name if not name or name in kept else names.setdefault(name, f"{len(names):x}")

    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
    for node in graph.node:
        node.name = ""
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
        said = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        for index in reversed(range(len(node.attribute))):
            name = node.attribute[index].name
            if node.op_type == "Conv" and (name == "kernel_shape" or usual.get(name) == said[name]):
                del node.attribute[index]
    del graph.value_info[:]


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def quad(maps, rough):
    """Corners [4,2] in shares of the view from the outputs for one picture: each is the centre of the
    mass around its map's peak, or the rough corner where that lies outside of the view or the map
    does not know."""
    corners = np.empty((4, 2), np.float32)
    rough = rough.reshape(4, 2)
    side = maps.shape[-1]
    for index, logits in enumerate(maps[1:5]):
        share = np.exp(logits - logits.max())
        share /= share.sum()
        row, column = np.unravel_index(share.argmax(), share.shape)
        top, left = max(row - 2, 0), max(column - 2, 0)
        near = share[top : row + 3, left : column + 3]
        mass = near.sum()
        y, x = np.mgrid[top : top + near.shape[0], left : left + near.shape[1]] + 0.5
        found = np.array([(near * x).sum(), (near * y).sum()]) / (mass * side)
        outside = ((rough[index] < -0.02) | (rough[index] > 1.02)).any()
        corners[index] = rough[index] if outside or mass < 0.15 else found
    return corners


def evidence(displays):
    """That a view shows any display, from the logits of each kind in each part: the logarithm of a sum."""
    return float(np.logaddexp.reduce(displays.mean((1, 2))))


def overlap(a, b):
    """Intersection over union of two quadrilaterals inside the unit square."""
    frame = Polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
    p, q = (Polygon(points).buffer(0).intersection(frame) for points in (a, b))
    union = p.union(q).area
    return p.intersection(q).area / union if union else 0.0


def auc(positive, negative):
    """Area under the ROC curve, ties counted half."""
    both = np.concatenate([positive, negative])
    order = both.argsort()
    ranks = np.empty(len(both))
    ranks[order] = np.arange(1, len(both) + 1)
    for value in np.unique(both[np.concatenate([np.diff(both[order]) == 0, [False]])[order.argsort()]]):
        ranks[both == value] = ranks[both == value].mean()
    count = len(positive)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative)))


def vectors(path, side):
    """What onnxruntime makes of inputs that any language can compute, for other engines to agree with:
    pixel (channel c, row y, column x) of input k is ((3+c)x + (5+2k)y + xy mod (17+k)) mod 256 / 255."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    c, y, x = np.mgrid[0:3, 0:side, 0:side]
    every, cases = 16, []
    for k in range(3):
        pixels = (((3 + c) * x + (5 + 2 * k) * y + (x * y) % (17 + k)) % 256 / 255).astype(np.float32)
        outputs = session.run(None, {"picture": pixels[None]})
        # Maps are thinned out; short outputs are kept whole.
        kept = [output.reshape(-1) if output.size <= 64 else output.reshape(-1)[::every] for output in outputs]
        cases.append([[round(float(value), 5) for value in output] for output in kept])
    return {"sha256": digest(path), "side": side, "every": every, "inputs": cases}


def main():
    """usage: export.py FILE.onnx SIDE: prints the vectors of a model."""
    import json
    import sys

    print(json.dumps(vectors(sys.argv[1], int(sys.argv[2]))))


if __name__ == "__main__":
    main()
