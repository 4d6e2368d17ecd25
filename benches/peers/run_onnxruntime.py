"""ONNX Runtime: `session.run` of a graph made here. It does not train."""

import sys

import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

from workloads import THREADS, Data, Workload, chosen, difference, load, report

OPERATORS = {"tanh": "Tanh", "relu": "Relu", "softmax": "Softmax"}


def graph(workload: Workload, data: Data) -> bytes:
    nodes, tensors, value = [], [], "inputs"
    for i, (weight, bias) in enumerate(data.layers):
        tensors += [
            numpy_helper.from_array(weight, f"W{i}"),
            numpy_helper.from_array(bias, f"b{i}"),
        ]
        nodes.append(helper.make_node("Gemm", [value, f"W{i}", f"b{i}"], [f"a{i}"], transB=1))
        value = f"a{i}"
        last = i + 1 == len(data.layers)
        function = workload.output if last else workload.activation
        if function != "identity":
            nodes.append(helper.make_node(OPERATORS[function], [value], [f"z{i}"]))
            value = f"z{i}"
    describe = lambda name, array: helper.make_tensor_value_info(
        name, TensorProto.FLOAT, list(array.shape)
    )
    inputs, outputs = describe("inputs", data.inputs), describe(value, data.outputs)
    described = helper.make_graph(nodes, workload.name, [inputs], [outputs], tensors)
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(described, opset_imports=[opset], ir_version=8)
    checker.check_model(model)
    return model.SerializeToString()


def main():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = THREADS, 1
    folder, workloads = chosen(sys.argv[1:])
    for workload in workloads:
        if workload.loss:
            continue
        data = load(workload, folder)
        session = onnxruntime.InferenceSession(
            graph(workload, data), options, providers=["CPUExecutionProvider"]
        )
        feed = {"inputs": data.inputs}

        def run(calls):
            for _ in range(calls):
                session.run(None, feed)

        report("ONNX Runtime", workload, run, difference(session.run(None, feed)[0], data))


main()
