#!/bin/sh
# What `make demo` shows: a city's trips become a gated, registered model; a worse one is refused; a cheat is caught. The second time
# everything that takes long is reused.
set -u
here=$(cd "$(dirname "$0")" && pwd)
pawl=${PAWL:-$here/../../build/release/pawl}
trips=${TRIPS:-300000}
cd "$here" || exit 4
trap 'rm -f .leaky.yaml' EXIT

say() {
    printf '\n\033[1m%s\033[0m\n' "$1"
}

# run ARGUMENT...: `pawl run`; a no of the pipeline (exit 1) is part of the story.
run() {
    "$pawl" run --set "trips=$trips" "$@" 2>&1
    code=$?
    [ "$code" -le 1 ] || exit "$code"
}

say "1. pawl run: $trips trips of a simulated city become a gated, registered model"
run

say "2. pawl model show ride-duration: how good the model in production is"
"$pawl" model show ride-duration@production | sed -n '/^metric/p; / all /p; /^verdict/,$p'
cat << END
The label is the logarithm of a trip's seconds. The city's noise on it is 0.1, so that no model can have a smaller rmse;
answering the mean (the baseline) has 0.75. Intervals are of a paired bootstrap over the same held-out trips.
END

say "3. pawl run --set train.params.max_depth=3: what does not depend on it is reused, and the gate compares with production"
run --set train.params.max_depth=3

say "4. Somebody cheats: pawl.yaml is changed to say that a trip's final price is known when it is requested"
sed -e 's/, meter_total: dropoff_at}/}/' -e 's/{pickup_lat: float64/{meter_total: "decimal(10,2)", pickup_lat: float64/' \
    -e 's/      hour: hour(at)/      price: meter_total\n      hour: hour(at)/' pawl.yaml > .leaky.yaml
run --file .leaky.yaml
if [ "$code" -ne 1 ]; then
    echo "the leak was not caught" >&2
    exit 3
fi

say "5. pawl model ledger: what is in production is what passed"
"$pawl" model ledger ride-duration || exit $?

say "Next, from the root of the source tree:"
cat << END
  export PATH="\$PWD/build/release:\$PATH"
  cd examples/rides
  pawl dataset show                         schema, splits, distributions of what the newest run learned from
  pawl run --set train.params.max_depth=5   a better model, which is promoted
  pawl lineage ride-duration                what the model was made from
  pawl reproduce ride-duration@1            build it again from its metadata alone and compare digests
  pawl serve                                features and predictions over HTTP; docs/serving.md has a request to send
The pipeline is examples/rides/pawl.yaml, what is true in the city examples/rides/README.md, what each verb does docs/cli.md.
END
