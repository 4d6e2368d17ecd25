"""JAX: a call of a compiled function each time, and the loop inside one compiled function."""

import os

threads = os.environ.get("THREADS", "1")
os.environ["OMP_NUM_THREADS"] = threads
os.environ["NPROC"] = threads
os.environ["JAX_PLATFORMS"] = "cpu"
if threads == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import sys

import jax
import jax.numpy as jnp
from jax import lax

from workloads import Workload, chosen, difference, load, losses, report

ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu}


def sums(workload: Workload, layers, inputs):
    """The last layer's sums, before its activation."""
    z = inputs
    for i, (weight, bias) in enumerate(layers):
        z = (ACTIVATIONS[workload.activation](z) if i else z) @ weight + bias
    return z


def loss_of(workload: Workload, layers, inputs, targets):
    z = sums(workload, layers, inputs)
    if workload.loss == "mse":
        return jnp.mean((z - targets) ** 2)
    if workload.loss == "bce":
        return jnp.mean(jax.nn.softplus(z) - targets * z)
    chosen_class = jnp.take_along_axis(jax.nn.log_softmax(z), targets[:, None], axis=1)
    return -jnp.mean(chosen_class)


def own_layers(data):
    """Weights [in, units], as JAX's libraries keep them: XLA's products are faster so."""
    return [(jnp.array(weight.T.copy()), jnp.array(bias)) for weight, bias in data.layers]


def start(workload: Workload, data):
    """What a step changes: the layers, and for Adam its two means and its count of steps."""
    layers = own_layers(data)
    if workload.optimizer == "sgd":
        return layers
    zeros = lambda: jax.tree.map(jnp.zeros_like, layers)
    return layers, zeros(), zeros(), jnp.float32(0)


def updated(workload: Workload, state, inputs, targets):
    """One training step: the new state, and the loss before."""
    layers = state if workload.optimizer == "sgd" else state[0]
    gradient_of = jax.value_and_grad(lambda layers: loss_of(workload, layers, inputs, targets))
    loss, gradient = gradient_of(layers)
    if workload.optimizer == "sgd":
        return jax.tree.map(lambda p, g: p - workload.rate * g, layers, gradient), loss
    _, means, squares, count = state
    count = count + 1
    means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradient)
    squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradient)
    rate = workload.rate / (1 - 0.9**count)
    root = jnp.sqrt(1 - 0.999**count)
    layers = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + 1e-8), layers, means, squares
    )
    return (layers, means, squares, count), loss


def train(workload: Workload, data):
    inputs = jnp.asarray(data.inputs)
    targets = jnp.asarray(data.targets.astype("int32") if data.targets.ndim == 1 else data.targets)
    state = start(workload, data)
    one_step = jax.jit(
        lambda state, inputs, targets: updated(workload, state, inputs, targets),
        donate_argnums=0,
    )

    def step():
        nonlocal state
        state, loss = one_step(state, inputs, targets)
        return loss

    def calls(count):
        for _ in range(count):
            step()
        jax.block_until_ready(state)

    report("JAX call", workload, calls, losses(step))

    @jax.jit
    def many_steps(count, state, inputs, targets):
        body = lambda _, carried: updated(workload, carried[0], inputs, targets)
        return lax.fori_loop(0, count, body, (state, jnp.float32(0)))

    def loop(count):
        nonlocal state
        state, loss = jax.block_until_ready(many_steps(count, state, inputs, targets))
        return loss

    state = start(workload, data)
    report("JAX loop", workload, loop, losses(lambda: loop(1)))


def infer(workload: Workload, data):
    layers, inputs = own_layers(data), jnp.asarray(data.inputs)

    def outputs(layers, inputs):
        z = sums(workload, layers, inputs)
        return jax.nn.softmax(z) if workload.output == "softmax" else z

    compiled = jax.jit(outputs)
    note = difference(compiled(layers, inputs), data)

    def calls(count):
        for _ in range(count):
            compiled(layers, inputs).block_until_ready()

    report("JAX call", workload, calls, note)

    @jax.jit
    def many_calls(count, layers, inputs):
        # One value of the next input depends on all outputs, by less than it can show, so that no
        # call can be left out.
        body = lambda _, x: x.at[0, 0].add(1e-30 * jnp.sum(outputs(layers, x)))
        return lax.fori_loop(0, count, body, inputs)

    loop = lambda count: many_calls(count, layers, inputs).block_until_ready()
    report("JAX loop", workload, loop, note)


def main():
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    folder, workloads = chosen(sys.argv[1:])
    for workload in workloads:
        data = load(workload, folder)
        (train if workload.loss else infer)(workload, data)


main()
