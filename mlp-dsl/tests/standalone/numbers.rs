// Everything that a network computes, as bits: for the test itself and for the programs that it compiles.
macro_rules! numbers {
    ($network:ty, $real:ident, $target:expr) => {{
        let mut network = <$network>::init(7);
        for (index, parameter) in network.parameters_mut().iter_mut().enumerate() {
            *parameter += (index % 7) as $real;
            *parameter *= 0.37;
        }
        let inputs: [[_; <$network>::INPUTS]; 5] = std::array::from_fn(|row| {
            std::array::from_fn(|column| ((3 * row + 5 * column) % 7) as $real)
        });
        let targets = std::array::from_fn::<_, 5, _>($target);
        let mut outputs = [[0.0; <$network>::OUTPUTS]; 5];
        network.forward_batch(&inputs, &mut outputs);
        let mut gradient = <$network>::zeros();
        let loss = network.gradient_batch(&inputs, &targets, &mut gradient);
        let numbers = outputs.as_flattened().iter().chain([&loss]);
        let numbers = numbers
            .chain(network.parameters())
            .chain(gradient.parameters());
        numbers
            .map(|number| format!("{:x}\n", number.to_bits()))
            .collect::<String>()
    }};
}
