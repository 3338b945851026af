//! Sharing out an amount so that the shares add up to it, by largest remainder.

/// `amount` in proportion to `weights`, all in minor units and none below zero. The shares add up to `amount`; whoever lost
/// most in rounding down gets one unit more, the earlier one first. Where all weights are zero, they count alike.
pub fn share_out(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if weights.is_empty() {
        return Vec::new();
    }
    if whole == 0 {
        return share_out(amount, &vec![1; weights.len()]);
    }
    let exact = |weight: &i64| i128::from(amount) * i128::from(*weight);
    let mut shares: Vec<i64> = weights.iter().map(|weight| narrow(exact(weight) / whole)).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(exact(&weights[*place]) % whole));
    let left = amount - shares.iter().sum::<i64>();
    for place in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[place] += 1;
    }
    shares
}

/// A part is never larger than the whole, which was an `i64`.
fn narrow(part: i128) -> i64 {
    i64::try_from(part).unwrap_or(i64::MAX)
}
