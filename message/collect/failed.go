package collect

// Failed records an error of [File.Expand] as a defect of the piece at a path
// below the file.
func (f *File) Failed(name string, err error) {
	f.DefectIn(name, defectOf(err), err.Error())
}
