#!/bin/sh
# The engine's part of the six notebooks by bare docker CLI, step for step: what they are measured against.
# Usage: journey.sh IMAGE PORT REGISTRY PASSWORD_FILE, in a folder with the files of app/.
set -eu
image=$1 port=$2 registry=$3 password=$4
repository=${image%:*}
base=python:3.8.10

# 01 set up
docker version --format '{{.Server.Os}}'
docker pull -q $base
docker images $base
docker run --rm $base python -c 'print("hello from inside")'
docker run --rm $base python -c 'import os; print(os.path.exists("/nowhere"))'
docker run --rm $base python --version
sleeper=$(docker run -d $base sleep 600)
short=$(docker run -d $base python -c 'print("done")')
docker wait "$short"
docker ps -q
docker ps -aq
docker logs "$short"
docker rm -f "$short" "$sleeper"

# 02 work inside
docker pull -q $base
box=$(docker run -dit --rm $base /bin/bash)
docker exec "$box" python --version
docker exec "$box" python -c 'import flask' || true
echo 'import flask' | docker exec -i "$box" python -i
docker exec "$box" pip -h >/dev/null
docker exec "$box" pip install -q Flask==2.2.2
docker exec "$box" python -c 'import flask' || true
docker exec "$box" bash -c 'pip freeze | grep -E "Flask|Werkzeug"'
docker exec "$box" pip install -q Flask==2.2.2 Werkzeug==2.2.3
docker exec "$box" python -c 'import flask'
docker run --rm $base python -c 'import flask' || true
docker rm -f "$box"

# 03 write the Dockerfile
build() { docker build -q --no-cache -t "$repository:$1" -f "Dockerfile.$1" .; }
printf 'FROM %s\nRUN date +%%N > /when\n' $base >Dockerfile.when
build when
docker run --rm "$repository:when" cat /when
docker run --rm "$repository:when" cat /when
grep -v RUN Dockerfile >Dockerfile.bare
build bare
docker run --rm "$repository:bare" || true
docker run --rm "$repository:bare" ls /degrees_api.py
printf 'FROM %s\nCMD ["python" "degrees_api.py"]\n' $base >Dockerfile.comma
build comma
docker run --rm "$repository:comma" || true
printf 'FROM %s\nCOPY . /context\n' $base >Dockerfile.context
build context
docker run --rm "$repository:context" ls -A /context
mv .dockerignore rules
build context
docker run --rm "$repository:context" ls -A /context
mv rules .dockerignore
docker rmi "$repository:when" "$repository:bare" "$repository:comma" "$repository:context"
docker image prune -f

# 04 build the image
docker build -q --no-cache -t "$image" .
docker images "$repository"
docker inspect "$image" >/dev/null
docker history "$image" >/dev/null
docker tag "$image" "$repository:stable"
docker rmi "$repository:stable"
docker build -q -t "$image" .
docker tag "$image" "$repository:before"
cp degrees_api.py kept
echo '# A comment is a change, too.' >>degrees_api.py
docker build -q -t "$image" .
mv kept degrees_api.py
docker rmi "$image" "$repository:before"

# 05 run and test
docker build -q -t "$image" .
quiet=$(docker run -d "$image")
until docker logs "$quiet" 2>&1 | grep -q CTRL; do sleep 0.05; done
curl -s "127.0.0.1:$port/degrees" || true
docker exec "$quiet" python -c 'from urllib.request import urlopen; urlopen("http://localhost:5000/degrees/0")'
api=$(docker run -d -p "127.0.0.1:$port:5000" "$image")
until curl -sf "127.0.0.1:$port/degrees" >/dev/null; do sleep 0.05; done
for route in degrees 'degrees?start=1993' degrees/3 'degrees?start=1991&limit=1' 'degrees?start=soon' degrees/77 degrees/0/degrees; do
    curl -s "127.0.0.1:$port/$route"
done
docker exec "$api" python --version
docker exec "$api" python -c 'import flask'
docker logs "$api" >/dev/null 2>&1
docker logs --tail 1 "$api"
docker stop -t 0 "$quiet"
polite=$(docker run -d --init "$image")
until docker logs "$polite" 2>&1 | grep -q Serving; do sleep 0.05; done
docker stop "$polite"
docker ps -a --filter "ancestor=$image"
docker rm -f "$quiet" "$polite" "$api"
docker rmi "$image"

# 06 share
docker build -q -t "$image" .
docker tag "$image" "$registry/$image"
docker push -q "$registry/$image" || true
docker login "$registry" --username student --password-stdin <"$password"
docker push -q "$registry/$image"
digest=$(docker inspect --format '{{index .RepoDigests 0}}' "$registry/$image")
docker rmi "$image" "$registry/$image"
docker pull -q "$digest"
pulled=$(docker run -d -p "127.0.0.1:$port:5000" "$digest")
until docker logs "$pulled" 2>&1 | grep -q 'Running on'; do sleep 0.05; done
curl -s "127.0.0.1:$port/degrees?limit=1"
docker rm -f "$pulled"
docker rmi "$digest"
