# SPDX-License-Identifier: Apache-2.0
# Source this (bash, from any folder) to run Tektra by hand:  . scripts/env.sh
#
# With a full ROS 2 already sourced (ROS_DISTRO set and its `launch` importable) it only adds this workspace's install/ to it.
# Otherwise ROS 2 is the wheels in .venv, which need AMENT_PREFIX_PATH and friends set for them: no setup.bash comes in a wheel.

_tektra_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
_tektra_venv="${TEKTRA_VENV:-$_tektra_root/.venv}"

_tektra_join() { local IFS=:; echo "$*"; }

# The parts of the colon list $1 that lie outside this workspace, so that sourcing twice changes nothing.
_tektra_foreign() {
    local part kept=()
    local IFS=:
    for part in $1; do
        case "$part" in
        "" | "$_tektra_root"/* | "$_tektra_venv"/*) ;;
        *) kept+=("$part") ;;
        esac
    done
    echo "${kept[*]}"
}

# $1 in front of the list $2; no empty parts (an empty part in PYTHONPATH or LD_LIBRARY_PATH means the current folder).
_tektra_prepend() { if [ -n "$1" ] && [ -n "$2" ]; then echo "$1:$2"; else echo "$1$2"; fi; }

_tektra_use_wheels() {
    local package prefixes=() libraries=("$_tektra_venv/lib") modules=() python
    for package in "$_tektra_root"/install/*/; do
        package="${package%/}"
        [ -d "$package/share/ament_index" ] || continue
        prefixes+=("$package")
        [ -d "$package/lib" ] && libraries+=("$package/lib")
        for python in "$package"/lib/python3.*/site-packages; do
            [ -d "$python" ] && modules+=("$python")
        done
    done
    prefixes+=("$_tektra_venv")
    # build/tektra holds links into src/ and the egg-info whose entry points name the back ends (colcon build --symlink-install).
    [ -d "$_tektra_root/build/tektra" ] && modules+=("$_tektra_root/build/tektra")
    modules+=("$_tektra_root/src/tektra")
    export AMENT_PREFIX_PATH PYTHONPATH LD_LIBRARY_PATH PATH
    AMENT_PREFIX_PATH="$(_tektra_prepend "$(_tektra_join "${prefixes[@]}")" "$(_tektra_foreign "${AMENT_PREFIX_PATH:-}")")"
    PYTHONPATH="$(_tektra_prepend "$(_tektra_join "${modules[@]}")" "$(_tektra_foreign "${PYTHONPATH:-}")")"
    LD_LIBRARY_PATH="$(_tektra_prepend "$(_tektra_join "${libraries[@]}")" "$(_tektra_foreign "${LD_LIBRARY_PATH:-}")")"
    PATH="$(_tektra_prepend "$_tektra_venv/bin" "$(_tektra_foreign "$PATH")")"
    export VIRTUAL_ENV="$_tektra_venv"
    # A Python of .venv that started this shell left word that the wheels' own library folders are on LD_LIBRARY_PATH: no more.
    unset _ROS_WHEELS_BOOTSTRAP_COMPLETE
    export RMW_IMPLEMENTATION="${RMW_IMPLEMENTATION:-rmw_fastrtps_cpp}"
}

# The nodes run with the system's Python, whose packages lie behind those of .venv (PYTHONPATH comes first in sys.path).
_tektra_use_full_ros() {
    local python
    # shellcheck disable=SC1091
    [ -f "$_tektra_root/install/local_setup.bash" ] && . "$_tektra_root/install/local_setup.bash"
    export PATH PYTHONPATH
    PATH="$(_tektra_prepend "$_tektra_venv/bin" "$(_tektra_foreign "$PATH")")"
    for python in "$_tektra_venv"/lib/python3.*/site-packages; do
        [ -d "$python" ] && [[ ":${PYTHONPATH:-}:" != *":$python:"* ]] && PYTHONPATH="$(_tektra_prepend "${PYTHONPATH:-}" "$python")"
    done
    # Fast DDS 2 (Jazzy) knows the profile by this name; Fast DDS 3 warns about it.
    [ "$ROS_DISTRO" != jazzy ] || export FASTRTPS_DEFAULT_PROFILES_FILE="$FASTDDS_DEFAULT_PROFILES_FILE"
}

export FASTDDS_DEFAULT_PROFILES_FILE="${FASTDDS_DEFAULT_PROFILES_FILE:-$_tektra_root/config/fastdds.xml}"
# Ours says how readers and writers keep memory, too; somebody's own file may not, and the defaults of Fast DDS are none for ROS.
[ "$FASTDDS_DEFAULT_PROFILES_FILE" != "$_tektra_root/config/fastdds.xml" ] || export RMW_FASTRTPS_USE_QOS_FROM_XML=1
# `from`, not `import launch`: in the workspace root the folder launch/ alone would satisfy that.
if [ -n "${ROS_DISTRO:-}" ] && python3 -c 'from launch import LaunchDescription' 2>/dev/null; then
    _tektra_use_full_ros
else
    _tektra_use_wheels
fi
# These wheels have no DDS security: only processes on this machine see the graph, unless a person says otherwise.
export ROS_AUTOMATIC_DISCOVERY_RANGE="${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}"

unset -f _tektra_use_wheels _tektra_use_full_ros _tektra_join _tektra_foreign _tektra_prepend
unset _tektra_root _tektra_venv
