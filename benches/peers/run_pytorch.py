"""PyTorch: eager, and with the whole training step in one compiled graph."""

import os

os.environ["OMP_NUM_THREADS"] = os.environ.get("THREADS", "1")

import sys

import torch
import torch.nn.functional as F
from torch import nn

from workloads import THREADS, Data, Workload, chosen, difference, load, losses, report

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}
# On the sums before the last activation, which these contain.
LOSSES = {
    "mse": F.mse_loss,
    "bce": F.binary_cross_entropy_with_logits,
    "cross_entropy": F.cross_entropy,
}


def network(workload: Workload, data: Data) -> nn.Sequential:
    """The layers with our weights, without the last activation."""
    modules = []
    for weight, bias in data.layers:
        dense = nn.Linear(weight.shape[1], weight.shape[0])
        dense.weight.data = torch.from_numpy(weight.copy())
        dense.bias.data = torch.from_numpy(bias.copy())
        modules += [dense, ACTIVATIONS[workload.activation]()]
    return nn.Sequential(*modules[:-1])


def eager_step(workload: Workload, data: Data):
    net, loss_of = network(workload, data), LOSSES[workload.loss]
    inputs, targets = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    rule = torch.optim.Adam if workload.optimizer == "adam" else torch.optim.SGD
    optimizer = rule(net.parameters(), lr=workload.rate, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(net(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def compiled_step(workload: Workload, data: Data):
    """Loss, gradient and update as one function of tensors: the most that the compiler can see."""
    loss_of, adam = LOSSES[workload.loss], workload.optimizer == "adam"
    activation = getattr(torch, workload.activation)
    parameters = [torch.from_numpy(array.copy()) for layer in data.layers for array in layer]
    means = [torch.zeros_like(p) for p in parameters]
    squares = [torch.zeros_like(p) for p in parameters]
    powers = torch.ones(2, dtype=torch.float64)  # of Adam's two decays
    decays = torch.tensor([0.9, 0.999], dtype=torch.float64)
    inputs, targets = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)

    def loss(parameters):
        z = inputs
        for i in range(0, len(parameters), 2):
            z = F.linear(activation(z) if i else z, parameters[i], parameters[i + 1])
        return loss_of(z, targets)

    def update(parameters, means, squares, powers):
        gradients, value = torch.func.grad_and_value(loss)(parameters)
        if not adam:
            for p, g in zip(parameters, gradients):
                p.sub_(workload.rate * g)
            return value
        powers.mul_(decays)
        rate = (workload.rate / (1 - powers[0])).float()
        root = (1 - powers[1]).sqrt().float()
        for p, g, m, v in zip(parameters, gradients, means, squares):
            m.mul_(0.9).add_(g, alpha=0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            p.sub_(rate * m / (v.sqrt() / root + 1e-8))
        return value

    compiled = torch.compile(update, fullgraph=True, options={"cpp_wrapper": True})

    def step():
        with torch.no_grad():
            return compiled(parameters, means, squares, powers)

    return step


def repeated(call):
    def run(calls):
        for _ in range(calls):
            call()

    return run


def main():
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    folder, workloads = chosen(sys.argv[1:])
    for workload in workloads:
        data = load(workload, folder)
        if workload.loss:
            for peer, make in [("eager", eager_step), ("compiled", compiled_step)]:
                torch.compiler.reset()
                step = make(workload, data)
                report(f"PyTorch {peer}", workload, repeated(step), losses(step))
        else:
            net = network(workload, data)
            if workload.output == "softmax":
                net.append(nn.Softmax(dim=1))
            inputs = torch.from_numpy(data.inputs)
            with torch.inference_mode():
                note = difference(net(inputs), data)
                report("PyTorch eager", workload, repeated(lambda: net(inputs)), note)


main()
