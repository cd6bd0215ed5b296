//! x
use sisetu::geom::algorithm::bool_ops::unary_union;
use sisetu::geom::algorithm::{Area, BooleanOps, Orient, orient::Direction};
use sisetu::geom::*;
#[test]
fn explore() {
    let c = |v: &[(f64, f64)]| LineString::from(v.to_vec());
    let shell = c(&[
        (115.801, 29.601000000000003),
        (115.8, 29.602),
        (115.801, 29.6),
        (115.809, 29.6),
        (115.809, 29.609),
        (115.801, 29.601000000000003),
    ]);
    let hole = c(&[
        (115.80180000000206, 29.600599999994188),
        (115.80199999999999, 29.6),
        (115.801, 29.601000000000003),
        (115.80180000000206, 29.600599999994188),
    ]);
    let a = Polygon::new(shell.clone(), vec![]).difference(&Polygon::new(hole.clone(), vec![]));
    println!("diff parts {} holes {:?}", a.0.len(), a.0.iter().map(|p| p.interiors().len()).collect::<Vec<_>>());
    let b = unary_union(&[Polygon::new(shell, vec![hole]).orient(Direction::Default)]);
    println!(
        "union parts {} holes {:?} {:?}",
        b.0.len(),
        b.0.iter().map(|p| p.interiors().len()).collect::<Vec<_>>(),
        b.unsigned_area()
    );
    println!("{a:?}");
}
