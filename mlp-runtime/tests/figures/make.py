"""Writes the figures that the optimizers, schedules and clips of this crate are compared with.

    python make.py

needs Python 3.11, torch 2.15.0, and optax 0.2.8 with jax 0.10.2 for Lion, which PyTorch does not have. All is computed
in double precision. Each row of a file is one step of one case; a case is a name with arguments as a `train` block of
the language has them, and what a case does not say is PyTorch's own default.
"""

import math
import os
from pathlib import Path

import jax
import optax
import torch

torch.set_default_dtype(torch.float64)
jax.config.update("jax_enable_x64", True)

FOLDER = Path(__file__).parent
STEPS = 20
# Four parameters in a curved valley, and one that the loss does not depend on.
START = [-1.2, 1.0, 0.3, -0.7, 0.5]

OPTIMIZERS = [
    ("sgd", {}),
    ("sgd", {"lr": 0.01, "weight_decay": 0.1}),
    ("sgd", {"lr": 0.01, "momentum": 0.9}),
    ("sgd", {"lr": 0.01, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    ("sgd", {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("adam", {}),
    ("adam", {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-3}),
    ("adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("adam", {"lr": 0.1, "beta2": 0.9, "amsgrad": True}),
    ("adamw", {}),
    ("adamw", {"lr": 0.1, "beta1": 0.7, "beta2": 0.8, "eps": 1e-4, "weight_decay": 0.2}),
    ("adamw", {"lr": 0.1, "beta2": 0.9, "amsgrad": True}),
    ("nadam", {}),
    ("nadam", {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-3, "momentum_decay": 0.1}),
    ("nadam", {"lr": 0.1, "weight_decay": 0.1}),
    ("nadam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("radam", {}),
    ("radam", {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-3}),
    ("radam", {"lr": 0.1, "weight_decay": 0.1}),
    ("radam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("rmsprop", {}),
    ("rmsprop", {"lr": 0.02, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.1}),
    ("rmsprop", {"momentum": 0.7}),
    ("rmsprop", {"eps": 1e-3, "centered": True}),
    ("rmsprop", {"eps": 1e-3, "momentum": 0.7, "centered": True, "weight_decay": 0.1}),
    ("adagrad", {}),
    ("adagrad", {"lr": 0.1, "lr_decay": 0.2, "weight_decay": 0.1, "eps": 1e-3}),
    ("adagrad", {"lr": 0.1, "initial_accumulator_value": 0.5}),
    ("adadelta", {}),
    ("adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-2, "weight_decay": 0.1}),
    ("lion", {"lr": 1e-4}),
    ("lion", {"lr": 0.05, "beta1": 0.8, "beta2": 0.95, "weight_decay": 0.1}),
]

CLASSES = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
}


def valley(w):
    """Rosenbrock's function of w[0] to w[3], with a milder slope."""
    ascent = 2 * (w[1:4] - w[0:3] ** 2) ** 2
    return (ascent + (1 - w[0:3]) ** 2).sum()


def torch_path(name, arguments):
    arguments = dict(arguments)
    if "beta1" in arguments or "beta2" in arguments:
        arguments["betas"] = (arguments.pop("beta1", 0.9), arguments.pop("beta2", 0.999))
    w = torch.tensor(START, requires_grad=True)
    optimizer = CLASSES[name]([w], **arguments)
    for _ in range(STEPS):
        optimizer.zero_grad()
        valley(w).backward()
        optimizer.step()
        yield w.tolist()


def lion_path(arguments):
    names = {"lr": "learning_rate", "beta1": "b1", "beta2": "b2"}
    optimizer = optax.lion(**{names.get(name, name): value for name, value in arguments.items()})
    w = jax.numpy.array(START)
    state = optimizer.init(w)
    for _ in range(STEPS):
        updates, state = optimizer.update(jax.grad(valley)(w), state, w)
        w = optax.apply_updates(w, updates)
        yield w.tolist()


def schedule(optimizer, name, arguments, total):
    """The scheduler of PyTorch for a name and arguments of the language."""
    module, a = torch.optim.lr_scheduler, dict(arguments)
    if name == "constant":
        return module.LambdaLR(optimizer, lambda _: 1.0)
    if name == "step":
        return module.StepLR(optimizer, a.pop("every"), **a)
    if name == "exponential":
        return module.ExponentialLR(optimizer, **a)
    if name == "linear":
        return module.LinearLR(optimizer, total_iters=a.pop("over", 5), **a)
    if name == "polynomial":
        return module.PolynomialLR(optimizer, total_iters=a.pop("over", total), **a)
    if name == "cosine":
        warm_up, base = a.get("warm_up", 0), optimizer.param_groups[0]["lr"]
        if warm_up == 0:
            return module.CosineAnnealingLR(optimizer, total, eta_min=a.get("end", 0) * base)
        parts = [
            module.LinearLR(optimizer, start_factor=1 / (warm_up + 1), total_iters=warm_up),
            module.CosineAnnealingLR(optimizer, total - warm_up, eta_min=a.get("end", 0) * base),
        ]
        return module.SequentialLR(optimizer, parts, milestones=[warm_up])
    if name == "one_cycle":
        divisor = 1 / a.get("start_factor", 1 / 25)
        if "end_factor" in a:
            end = {"div_factor": divisor, "final_div_factor": 1 / (a["end_factor"] * divisor)}
        else:
            end = {"div_factor": divisor} if "start_factor" in a else {}
        rise = {"pct_start": a["rise"]} if "rise" in a else {}
        base = optimizer.param_groups[0]["lr"]
        return module.OneCycleLR(optimizer, base, total_steps=total, **rise, **end)
    if name == "reduce_on_plateau":
        least = a.pop("least", 0) * optimizer.param_groups[0]["lr"]
        return module.ReduceLROnPlateau(optimizer, min_lr=least, **a)
    raise ValueError(name)


SCHEDULES = [
    ("constant", {}),
    ("step", {"every": 7}),
    ("step", {"every": 10, "gamma": 0.5}),
    ("exponential", {"gamma": 0.9}),
    ("linear", {}),
    ("linear", {"start_factor": 1, "end_factor": 0.1, "over": 40}),
    ("polynomial", {}),
    ("polynomial", {"over": 30, "power": 2.5}),
    ("cosine", {}),
    ("cosine", {"warm_up": 5, "end": 0.05}),
    ("one_cycle", {}),
    ("one_cycle", {"rise": 0.45, "start_factor": 0.1, "end_factor": 0.001}),
    ("reduce_on_plateau", {"patience": 3}),
    ("reduce_on_plateau", {"factor": 0.5, "patience": 2, "threshold": 0.05, "cooldown": 4, "least": 0.1}),
    ("reduce_on_plateau", {}),
]


def loss(epoch):
    """A loss that falls, waits, falls again and stays."""
    return max(0.2, math.exp(-0.15 * epoch)) - (0.1 if epoch > 25 else 0.0) + 0.01 * math.sin(epoch)


def learning_rates(name, arguments, total):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = schedule(optimizer, name, arguments, total)
    for epoch in range(total):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        if name == "reduce_on_plateau":
            scheduler.step(loss(epoch))
        elif epoch + 1 < total:
            scheduler.step()


def clips():
    gradient = [0.5, -3.0, 0.0, 1e-3, 2.0]
    for scale in [1.0, 1e-9, 1e3]:
        for kind, clip in [
            ("norm", torch.nn.utils.clip_grad_norm_),
            ("value", torch.nn.utils.clip_grad_value_),
        ]:
            for limit in [0.0, 0.7, 3.7]:
                w = torch.zeros(5, requires_grad=True)
                w.grad = scale * torch.tensor(gradient)
                before = w.grad.tolist()
                clip([w], limit)
                yield [kind, limit, *before, *w.grad.tolist()]


def text(value):
    if isinstance(value, bool):
        return str(int(value))
    return value if isinstance(value, str) else repr(value)


def write(name, rows):
    unfinished = FOLDER / f"{name}.unfinished"
    unfinished.write_text("".join(",".join(map(text, row)) + "\n" for row in rows))
    os.replace(unfinished, FOLDER / name)


def case(name, arguments):
    return [name, ";".join(f"{key}={text(value)}" for key, value in arguments.items())]


write("optimizers.csv", [
    [*case(name, arguments), *w]
    for name, arguments in OPTIMIZERS
    for w in (lion_path(arguments) if name == "lion" else torch_path(name, arguments))
])
write("schedules.csv", [
    [*case(name, arguments), loss(epoch) if name == "reduce_on_plateau" else "", rate]
    for name, arguments in SCHEDULES
    for epoch, rate in enumerate(learning_rates(name, arguments, 60))
])
write("clips.csv", clips())
