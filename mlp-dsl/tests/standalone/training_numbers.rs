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
