# name: micro benchmark, for its checks rather than its figures
# limit: 60
exec npm run --silent bench -- micro --smoke
