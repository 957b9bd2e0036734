#!/bin/sh
# What `make demo` shows: a city's trips become a gated, registered model; then one parameter changes; then somebody cheats.
set -u
here=$(cd "$(dirname "$0")" && pwd)
pawl=${PAWL:-$here/../../build/release/pawl}
trips=${TRIPS:-300000}
cd "$here" || exit 4

say() {
    printf '\n\033[1m%s\033[0m\n' "$1"
}

say "1. From raw trips to a registered model:  pawl run --set trips=$trips"
"$pawl" run --set "trips=$trips" || exit $?

say "2. What it made:  pawl model show ride-duration"
"$pawl" model show ride-duration@production || exit $?

say "3. One parameter changes, the rest is reused:  pawl run --set train.params.max_depth=5"
"$pawl" run --set "trips=$trips" --set train.params.max_depth=5
code=$?
[ "$code" -le 1 ] || exit "$code"

say "4. Somebody says that the final price is known when the trip is requested"
sed -e 's/, meter_total: dropoff_at}/}/' -e 's/{pickup_lat: float64/{meter_total: "decimal(10,2)", pickup_lat: float64/' \
    -e 's/      hour: hour(at)/      price: meter_total\n      hour: hour(at)/' pawl.yaml > .leaky.yaml
trap 'rm -f .leaky.yaml' EXIT
"$pawl" run --file .leaky.yaml --set "trips=$trips"
code=$?
if [ "$code" -ne 1 ]; then
    echo "the leak was not caught (exit $code)" >&2
    exit 3
fi

say "Next: look around"
cat <<END
  pawl dataset show                          schema, splits, distributions
  pawl model ledger                          what was in production, when and why
  pawl lineage ride-duration                 what a model was made from
  pawl reproduce ride-duration@1             build it again from its metadata, compare digests
  pawl serve                                 features and predictions over HTTP
(in examples/rides, with build/release/pawl as pawl; the pipeline is pawl.yaml, the city's truth is in README.md)
END
