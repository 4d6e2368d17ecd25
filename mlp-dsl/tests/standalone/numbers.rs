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

// What a network computes whose training differs from its answers, as bits.
macro_rules! training_numbers {
    ($network:ty, $random:ty) => {{
        let mut network = <$network>::init(7);
        let inputs: [[f64; <$network>::INPUTS]; 6] = std::array::from_fn(|row| {
            std::array::from_fn(|column| ((3 * row + 5 * column) % 7) as f64)
        });
        let targets = std::array::from_fn::<_, 6, _>(|row| [(row % 2) as f64]);
        let mut random = <$random>::new(5);
        let mut gradient = <$network>::zeros();
        let losses = [1, 2].map(|_| {
            let loss =
                network.training_gradient_batch(&inputs, &targets, &mut gradient, &mut random);
            network.update_statistics(&gradient);
            loss
        });
        let numbers = losses.iter().chain(gradient.parameters());
        numbers
            .chain(network.state())
            .map(|number| format!("{:x}\n", number.to_bits()))
            .collect::<String>()
    }};
}
